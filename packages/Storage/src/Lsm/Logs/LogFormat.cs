using System.Buffers.Binary;
using System.IO.Hashing;
using System.Runtime.CompilerServices;
using Gabbro.Storage.Integrity;

namespace Gabbro.Storage.Lsm.Logs;

/// <summary>The bytes of a log file; docs/storage/lsm-format.md tells them to people.</summary>
internal static unsafe class LogFormat
{
    public const ulong Magic = 0x0A474F4C4D534C47; // "GLSMLOG\n"
    public const uint Version = 1;
    public const int FileHeader = 64;

    /// <summary>Checksum (4), length and type (4), synced length before this record in units of 8 (4).</summary>
    public const int RecordHeader = 12;

    public const int Alignment = 8;

    /// <summary>A fragment's payload at most; checks of a damaged log read no more than this ahead.</summary>
    public const int MaxFragment = 1 << 20;

    public static int Align(int length) => (length + Alignment - 1) & ~(Alignment - 1);

    public static void WriteFileHeader(Span<byte> target, LogKind kind, ulong number, ulong uniqueId)
    {
        target[..FileHeader].Clear();
        BinaryPrimitives.WriteUInt64LittleEndian(target, Magic);
        BinaryPrimitives.WriteUInt32LittleEndian(target[8..], Version);
        BinaryPrimitives.WriteUInt32LittleEndian(target[12..], (uint)kind);
        BinaryPrimitives.WriteUInt64LittleEndian(target[16..], number);
        BinaryPrimitives.WriteUInt64LittleEndian(target[24..], uniqueId);
        BinaryPrimitives.WriteUInt64LittleEndian(target[56..], XxHash3.HashToUInt64(target[..56]));
    }

    /// <summary>Checks a header and gives the file's unique id.</summary>
    public static ulong ReadFileHeader(ReadOnlySpan<byte> header, string path, LogKind kind, ulong number)
    {
        if (header.Length < FileHeader)
            throw new CorruptionException(path, 0, $"expected a log header of {FileHeader} bytes, found {header.Length}");
        if (BinaryPrimitives.ReadUInt64LittleEndian(header) != Magic)
            throw new CorruptionException(path, 0, "expected the magic number of a log");
        if (BinaryPrimitives.ReadUInt64LittleEndian(header[56..]) != XxHash3.HashToUInt64(header[..56]))
            throw new CorruptionException(path, 56, "the checksum of the log header does not match");
        var version = BinaryPrimitives.ReadUInt32LittleEndian(header[8..]);
        if (version != Version)
        {
            throw new StorageException(
                StorageErrorKind.NotSupported, $"{path} has log format {version}; this library reads format {Version}", path);
        }

        if (BinaryPrimitives.ReadUInt32LittleEndian(header[12..]) != (uint)kind)
            throw new CorruptionException(path, 12, $"expected a log of kind {kind}");
        var found = BinaryPrimitives.ReadUInt64LittleEndian(header[16..]);
        if (found != number)
            throw new CorruptionException(path, 16, $"expected log number {number}, found {found}");
        return BinaryPrimitives.ReadUInt64LittleEndian(header[24..]);
    }

    /// <summary>Writes the header of a fragment whose payload follows it already.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void SealFragment(byte* header, LogRecordType type, int length, ulong uniqueId, long offset, long synced)
    {
        *(uint*)(header + 4) = ((uint)length << 8) | (byte)type;
        *(uint*)(header + 8) = (uint)(synced / Alignment);
        *(uint*)header = Checksum(header, length, uniqueId, offset);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static uint Checksum(byte* header, int length, ulong uniqueId, long offset) =>
        BlockChecksum.Compute32(new ReadOnlySpan<byte>(header + 4, length + RecordHeader - 4), uniqueId, (ulong)offset);
}
