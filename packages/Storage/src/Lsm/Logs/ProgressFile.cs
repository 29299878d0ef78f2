using System.Buffers.Binary;
using System.IO.Hashing;
using System.Text;
using Gabbro.Storage.FileSystem;

namespace Gabbro.Storage.Lsm.Logs;

/// <summary>
/// How far each log was written and synced, kept in a small shared mapping: a store there costs nothing, outlives a
/// killed process, and tells a torn tail from damage at the next open. See this folder's README.md.
/// </summary>
internal sealed unsafe class ProgressFile : IDisposable
{
    public const string Name = "PROGRESS";
    public const int Size = 4096;
    private const ulong Magic = 0x0A4752504D534C47; // "GLSMPRG\n"
    private const uint Version = 1;
    private const int Header = 64;
    private const int EntrySize = 48;
    private const int EntryCount = (Size - Header) / EntrySize;

    private readonly IStorageFile _file;
    private readonly IStorageMapping _mapping;
    private readonly Lock _lock = new();
    private readonly ulong[] _owners = new ulong[EntryCount];

    private ProgressFile(IStorageFile file)
    {
        _file = file;
        _mapping = file.Map(0, Size, writable: true);
    }

    /// <summary>Writes a new file beside the old one and puts it in its place.</summary>
    /// <param name="system">Where.</param>
    /// <param name="directory">The database's directory.</param>
    /// <param name="carried">Logs of earlier processes that recovery still needs, with the lengths that must be intact.</param>
    public static ProgressFile Create(
        IStorageFileSystem system, string directory, IReadOnlyList<(ulong Log, long Required)> carried)
    {
        var path = Path.Combine(directory, Name);
        var temporary = path + ".tmp";
        var bytes = new byte[Size];
        BinaryPrimitives.WriteUInt64LittleEndian(bytes, Magic);
        BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(8), Version);
        BootHash(system.BootIdentity, bytes.AsSpan(16, 16));
        BinaryPrimitives.WriteUInt64LittleEndian(bytes.AsSpan(56), XxHash3.HashToUInt64(bytes.AsSpan(0, 56)));
        var entries = Math.Min(carried.Count, EntryCount / 2);
        for (var i = 0; i < entries; i++)
        {
            var entry = bytes.AsSpan(Header + (i * EntrySize), EntrySize);
            BinaryPrimitives.WriteUInt64LittleEndian(entry, carried[i].Log);
            BinaryPrimitives.WriteUInt64LittleEndian(entry[8..], ~carried[i].Log);
            for (var word = 16; word < EntrySize; word += 8)
                BinaryPrimitives.WriteUInt64LittleEndian(entry[word..], ProgressWord.Encode(carried[i].Required, carried[i].Log));
        }

        if (system.FileExists(temporary))
            system.Delete(temporary);
        using (var file = system.Open(temporary, StorageFileMode.CreateNew))
        {
            file.Write(0, bytes);
            file.SyncData();
        }

        system.Rename(temporary, path);
        system.SyncDirectory(directory);
        var result = new ProgressFile(system.Open(path, StorageFileMode.ReadWrite));
        for (var i = 0; i < entries; i++)
            result._owners[i] = carried[i].Log;
        return result;
    }

    /// <summary>What an earlier process left, or null if there is no file.</summary>
    public static ProgressReading? Read(IStorageFileSystem system, string directory)
    {
        var path = Path.Combine(directory, Name);
        if (!system.FileExists(path))
            return null;
        var bytes = new byte[Size];
        using (var file = system.Open(path, StorageFileMode.Read))
        {
            var length = file.Read(0, bytes);
            if (length != Size || file.Length != Size)
                throw new CorruptionException(path, length, $"expected {Size} bytes, found {file.Length}");
        }

        if (BinaryPrimitives.ReadUInt64LittleEndian(bytes) != Magic)
            throw new CorruptionException(path, 0, "expected the magic number of a progress file");
        if (BinaryPrimitives.ReadUInt64LittleEndian(bytes.AsSpan(56)) != XxHash3.HashToUInt64(bytes.AsSpan(0, 56)))
            throw new CorruptionException(path, 56, "the checksum of the header does not match");
        var version = BinaryPrimitives.ReadUInt32LittleEndian(bytes.AsSpan(8));
        if (version != Version)
            throw new StorageException(StorageErrorKind.NotSupported, $"{path} has format {version}; this library reads {Version}", path);
        Span<byte> boot = stackalloc byte[16];
        BootHash(system.BootIdentity, boot);
        return new ProgressReading(path, bytes, boot.SequenceEqual(bytes.AsSpan(16, 16)));
    }

    /// <summary>The words of a log in a progress file's bytes: (written, synced), or null where the log has no entry.</summary>
    internal static (long Written, long Synced)? Lookup(byte[] bytes, ulong log, string path, bool sameBoot)
    {
        (long Written, long Synced)? found = null;
        for (var i = 0; i < EntryCount; i++)
        {
            var offset = Header + (i * EntrySize);
            var entry = bytes.AsSpan(offset, EntrySize);
            var first = BinaryPrimitives.ReadUInt64LittleEndian(entry);
            var second = BinaryPrimitives.ReadUInt64LittleEndian(entry[8..]);
            // Free, or given out or back by a process that was killed between two stores.
            if (first == 0 || second == 0)
                continue;
            var written = Newest(entry[16..], first);
            var synced = Newest(entry[32..], first);
            // The two copies of the number are complements; a pair that is not was torn by a power failure or damaged.
            if (first == ~second && written >= 0 && synced >= 0)
            {
                if (first == log)
                    found = (written, synced);
            }
            else if (sameBoot)
            {
                throw new CorruptionException(path, offset, "expected the progress of a log, found words that were never stored");
            }
        }

        return found;
    }

    /// <summary>Gives a log an entry, or none when all are taken (its damage then passes for a torn tail).</summary>
    public ProgressEntry Register(ulong log, long length)
    {
        lock (_lock)
        {
            var index = Array.IndexOf(_owners, 0UL);
            if (index < 0)
                return default;
            _owners[index] = log;
            var entry = (ulong*)(_mapping.Address + Header + (index * EntrySize));
            var word = ProgressWord.Encode(length, log);
            for (var i = 2; i < EntrySize / 8; i++)
                Volatile.Write(ref entry[i], word);
            Volatile.Write(ref entry[1], ~log);
            Volatile.Write(ref entry[0], log);
            return new ProgressEntry(entry, log);
        }
    }

    /// <summary>Takes back the entry of a log that is not needed any more.</summary>
    public void Release(ulong log)
    {
        lock (_lock)
        {
            var index = Array.IndexOf(_owners, log);
            if (index < 0)
                return;
            var entry = (ulong*)(_mapping.Address + Header + (index * EntrySize));
            Volatile.Write(ref entry[0], 0);
            Volatile.Write(ref entry[1], 0);
            _owners[index] = 0;
        }
    }

    /// <summary>Makes the words durable; at close, so that the next boot can trust them.</summary>
    public void Sync() => _file.SyncData();

    public void Dispose()
    {
        _mapping.Dispose();
        _file.Dispose();
    }

    private static long Newest(ReadOnlySpan<byte> words, ulong log) => Math.Max(
        ProgressWord.Decode(BinaryPrimitives.ReadUInt64LittleEndian(words), log),
        ProgressWord.Decode(BinaryPrimitives.ReadUInt64LittleEndian(words[8..]), log));

    private static void BootHash(string identity, Span<byte> target) =>
        XxHash128.Hash(Encoding.UTF8.GetBytes(identity), target);
}
