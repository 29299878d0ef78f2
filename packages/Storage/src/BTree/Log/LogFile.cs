using System.IO.Hashing;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Text;
using Gabbro.Storage.FileSystem;

namespace Gabbro.Storage.BTree.Log;

/// <summary>The write-ahead log: a ring of records after a 4 KiB header, mapped and shared by all processes.</summary>
/// <remarks>
/// Positions only grow; a position's place in the ring is its distance from the base modulo the capacity. Only the holder
/// of the writer's lock appends, at the position that the applied version names.
/// </remarks>
internal sealed unsafe class LogFile : IDisposable
{
    public const int HeaderSize = 4096;
    public const uint TransactionKind = 1;
    public const uint PadKind = 2;

    private const ulong Magic = 0x31304C41_57424247; // "GBBWAL01"
    private const int AppendedOffset = 512;
    private const int SyncedOffset = 528;
    private const int BootOffset = 544;
    private const int GrowthStep = 1 << 20;

    private readonly IStorageFile _file;
    private readonly IStorageMapping _mapping;
    private readonly byte* _address;
    private long _allocated;

    private LogFile(IStorageFile file, IStorageMapping mapping, ulong capacity, ulong basePosition, ulong salt)
    {
        _file = file;
        _mapping = mapping;
        _address = mapping.Address;
        _allocated = file.Length;
        Capacity = capacity;
        BasePosition = basePosition;
        Salt = salt;
    }

    public string Path => _file.Path;

    /// <summary>Whether the file was truncated under the mapping.</summary>
    public bool IsLost => _mapping.FaultCounter != null && Volatile.Read(ref *_mapping.FaultCounter) != 0;

    /// <exception cref="CorruptionException">The file was truncated under the mapping.</exception>
    public void ThrowIfLost()
    {
        if (IsLost)
            throw new CorruptionException(Path, _file.Length, "the log was cut short here while the database was open");
    }

    /// <summary>Bytes of the ring.</summary>
    public ulong Capacity { get; }

    /// <summary>The position at the start of the ring's first lap.</summary>
    public ulong BasePosition { get; }

    public ulong Salt { get; }

    /// <summary>Up to where records have been stored, by any process; exact until the machine stops.</summary>
    public ulong? Appended => ReadPair(AppendedOffset);

    /// <summary>Up to where records were durable when last seen.</summary>
    public ulong? Synced => ReadPair(SyncedOffset);

    public static ulong Checksum(LogRecordHeader* record, ulong salt) =>
        XxHash3.HashToUInt64(
            new ReadOnlySpan<byte>((byte*)record + sizeof(ulong), (int)record->Length - sizeof(ulong)), unchecked((long)salt));

    /// <summary>Makes an empty log; durable with its name when this returns.</summary>
    public static LogFile Create(
        IStorageFileSystem system, string path, ulong salt, ulong capacity, ulong position)
    {
        var file = system.Open(path, StorageFileMode.OpenOrCreate);
        try
        {
            file.SetLength(0);
            file.Preallocate(HeaderSize + (long)Math.Min(capacity, GrowthStep));
            var mapping = file.MapGrowing(HeaderSize + (long)capacity, writable: true);
            var log = new LogFile(file, mapping, capacity, position, salt);
            log.WriteHeader(system.BootIdentity);
            file.Sync();
            system.SyncDirectory(System.IO.Path.GetDirectoryName(System.IO.Path.GetFullPath(path))!);
            return log;
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    /// <summary>Opens a log that must belong to the database with the salt.</summary>
    /// <exception cref="CorruptionException">The header is damaged or another database's.</exception>
    public static LogFile Open(IStorageFileSystem system, string path, ulong salt, bool writable)
    {
        var file = system.Open(path, writable ? StorageFileMode.ReadWrite : StorageFileMode.Read);
        try
        {
            Span<byte> header = stackalloc byte[64];
            if (file.Read(0, header) < header.Length)
                throw new CorruptionException(path, 0, "expected a log header, found the end of the file");
            var words = System.Runtime.InteropServices.MemoryMarshal.Cast<byte, ulong>(header);
            if (words[0] != Magic)
                throw new CorruptionException(path, 0, "expected the mark of a Gabbro log");
            if (words[5] != XxHash3.HashToUInt64(header[..40]))
                throw new CorruptionException(path, 0, "the checksum of the log header does not fit");
            if (words[2] != salt)
                throw new CorruptionException(path, 16, "the log belongs to another database");
            if (words[3] is 0 or > (1UL << 40) || words[3] % HeaderSize != 0)
                throw new CorruptionException(path, 24, $"a capacity in whole pages, found {words[3]}");
            if (file.Length < HeaderSize)
                throw new CorruptionException(path, file.Length, "the log is cut short within its header");
            return new LogFile(file, file.MapGrowing(HeaderSize + (long)words[3], writable), words[3], words[4], salt);
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    /// <summary>Whether the machine has run without a break since these bytes were stored.</summary>
    public bool IsOfBoot(string identity) => *(ulong*)(_address + BootOffset) == BootHash(identity);

    /// <summary>After recovery: what is stored from here on belongs to this run of the machine.</summary>
    public void AdoptBoot(string identity, ulong end)
    {
        SetAppended(end);
        *(ulong*)(_address + BootOffset) = BootHash(identity);
    }

    /// <summary>Where a record of that length would begin if the end is at <paramref name="position"/>: it never wraps.</summary>
    public ulong PlaceFor(ulong position, ulong length)
    {
        var rest = Capacity - ((position - BasePosition) % Capacity);
        return rest < length ? position + rest : position;
    }

    /// <summary>Makes sure that storing up to <paramref name="length"/> bytes at a position cannot run out of disk.</summary>
    /// <exception cref="StorageException">It can.</exception>
    public void Reserve(ulong position, ulong length)
    {
        var end = HeaderSize + (long)((position - BasePosition) % Capacity) + (long)length;
        if (end <= _allocated)
            return;
        _allocated = _file.Length;
        if (end <= _allocated)
            return;
        var target = Math.Min(Math.Max(end, _allocated + GrowthStep), HeaderSize + (long)Capacity);
        _file.Preallocate(target);
        _allocated = target;
    }

    /// <summary>Stores a completed record at its place, after the pad that leads there.</summary>
    public void Append(ulong position, LogRecordHeader* record)
    {
        if (record->Position != position && record->Position - position >= LogRecordHeader.Size)
        {
            var pad = new LogRecordHeader
            {
                Position = position,
                Previous = record->Previous,
                Length = LogRecordHeader.Size,
                Kind = PadKind,
            };
            pad.Checksum = Checksum(&pad, Salt);
            *(LogRecordHeader*)At(position) = pad;
        }

        // In two parts, so that a test can look between them.
        var half = record->Length / 2;
        Engine.KillPoint.Here();
        Unsafe.CopyBlockUnaligned(At(record->Position), record, half);
        Engine.KillPoint.Here();
        Unsafe.CopyBlockUnaligned(At(record->Position) + half, (byte*)record + half, record->Length - half);
        Engine.KillPoint.Here();
        SetAppended(record->Position + record->Length);
    }

    /// <summary>Declares the end: what a dead writer may have stored beyond it does not count.</summary>
    public void SetAppended(ulong end) => WritePair(AppendedOffset, end);

    public void SetSynced(ulong end) => WritePair(SyncedOffset, end);

    /// <summary>The record at a position, if an intact one that continues the chain is there.</summary>
    /// <param name="position">Where the record before ended; moved to where the record begins.</param>
    /// <param name="chain">The checksum of the record before.</param>
    /// <param name="record">The record, in the mapping.</param>
    public bool TryRead(ref ulong position, ulong chain, out LogRecordHeader* record)
    {
        for (var laps = 0; laps < 2; laps++)
        {
            var rest = Capacity - ((position - BasePosition) % Capacity);
            if (rest < LogRecordHeader.Size)
            {
                position += rest;
                continue;
            }

            record = (LogRecordHeader*)At(position);
            if (!IsIntact(record, position, rest) || record->Previous != chain)
                return false;
            if (record->Kind == TransactionKind)
                return true;
            position += rest;
        }

        record = null;
        return false;
    }

    /// <summary>
    /// Copies the transaction at a position while others append: what is copied is proven afterwards, since the ring may
    /// have come round meanwhile.
    /// </summary>
    /// <param name="position">Where the record before ended.</param>
    /// <param name="buffer">Takes the record; grows as needed.</param>
    /// <param name="length">Bytes of the record.</param>
    /// <param name="next">Where it ends.</param>
    /// <returns>False if there is no such record any more.</returns>
    public bool TryCopy(ulong position, ref byte[] buffer, out int length, out ulong next)
    {
        length = 0;
        next = position;
        for (var laps = 0; laps < 2; laps++)
        {
            var rest = Capacity - ((position - BasePosition) % Capacity);
            if (rest >= LogRecordHeader.Size)
            {
                var header = *(LogRecordHeader*)At(position);
                if (header.Position != position || header.Length < LogRecordHeader.Size || header.Length > rest)
                    return false;
                length = (int)header.Length;
                if (buffer.Length < length)
                    buffer = new byte[length];
                new ReadOnlySpan<byte>(At(position), length).CopyTo(buffer);
                fixed (byte* copy = buffer)
                {
                    var record = (LogRecordHeader*)copy;
                    if (record->Position != position || record->Length != header.Length || record->Checksum != Checksum(record, Salt))
                        return false;
                    if (record->Kind == TransactionKind)
                    {
                        next = position + header.Length;
                        return true;
                    }
                }
            }

            position += rest;
        }

        return false;
    }

    /// <summary>Leaves a hole of one header at the end: the transaction that comes next is not in the log.</summary>
    /// <returns>The end after it.</returns>
    public ulong SkipTransaction(ulong end)
    {
        var place = PlaceFor(end, LogRecordHeader.Size);
        *(LogRecordHeader*)At(place) = default;
        return place + LogRecordHeader.Size;
    }

    public void Sync() => _file.SyncData();

    public void Dispose()
    {
        _mapping.Dispose();
        _file.Dispose();
    }

    private static ulong BootHash(string identity) => XxHash3.HashToUInt64(Encoding.UTF8.GetBytes(identity));

    private byte* At(ulong position) => _address + HeaderSize + ((position - BasePosition) % Capacity);

    private bool IsIntact(LogRecordHeader* record, ulong position, ulong rest)
    {
        var offset = (long)((byte*)record - _address);
        if (offset + LogRecordHeader.Size > _allocated)
            _allocated = _file.Length;
        if (offset + LogRecordHeader.Size > _allocated || record->Position != position)
            return false;
        if (record->Length < LogRecordHeader.Size || record->Length > rest || record->Length % 8 != 0 || offset + record->Length > _allocated)
            return false;
        return record->Kind is TransactionKind or PadKind && record->Checksum == Checksum(record, Salt);
    }

    private void WriteHeader(string bootIdentity)
    {
        var words = (ulong*)_address;
        words[0] = Magic;
        words[1] = 1;
        words[2] = Salt;
        words[3] = Capacity;
        words[4] = BasePosition;
        words[5] = XxHash3.HashToUInt64(new ReadOnlySpan<byte>(_address, 40));
        WritePair(AppendedOffset, BasePosition);
        WritePair(SyncedOffset, BasePosition);
        *(ulong*)(_address + BootOffset) = BootHash(bootIdentity);
    }

    // A value and its complement in one 16-byte store: neither a kill nor a torn sector leaves half of it.
    private void WritePair(int offset, ulong value) => Vector128.Create(value, ~value).Store((ulong*)(_address + offset));

    private ulong? ReadPair(int offset)
    {
        var pair = Vector128.Load((ulong*)(_address + offset));
        return pair[0] == ~pair[1] ? pair[0] : null;
    }
}
