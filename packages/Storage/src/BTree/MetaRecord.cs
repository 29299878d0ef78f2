using System.IO.Hashing;
using System.Runtime.InteropServices;
using Gabbro.Storage.BTree.Pages;
using Gabbro.Storage.BTree.Shared;

namespace Gabbro.Storage.BTree;

/// <summary>
/// The record at offset 0 and again at offset 4096 of the database file that names the last durable checkpoint. 256 bytes.
/// </summary>
[StructLayout(LayoutKind.Sequential, Pack = 8, Size = Size)]
internal struct MetaRecord
{
    public const int Size = 256;
    public const ulong FileMagic = 0x54422D4F_52424247; // "GBBRO-BT"
    public const uint CurrentFormat = 1;
    public const uint CleanFlag = 1;

    /// <summary>Bytes between the two records: no sector and no page of the disk holds parts of both.</summary>
    public const int SlotDistance = 4096;

    public ulong Magic;

    public uint Format;

    public uint PageSize;

    /// <summary>A random number that the checksums of this file's pages and log are seeded with.</summary>
    public ulong Salt;

    /// <summary>Which incarnation of the file: a vacuum writes the next.</summary>
    public ulong Generation;

    /// <summary>Checkpoints so far: of two intact records the higher counts.</summary>
    public ulong Sequence;

    /// <summary>Bit 0: closed cleanly, there is no log.</summary>
    public uint Flags;

    public uint Reserved;

    /// <summary>The state the checkpoint made durable.</summary>
    public DatabaseVersion Version;

    private Zeros _zeros;

    /// <summary>XXH3-64 of the 248 bytes before.</summary>
    public ulong Checksum;

    [System.Runtime.CompilerServices.InlineArray(9)]
    private struct Zeros
    {
        private ulong _first;
    }

    public readonly bool IsClean => (Flags & CleanFlag) != 0;

    public readonly ulong ComputeChecksum() =>
        XxHash3.HashToUInt64(MemoryMarshal.AsBytes(new ReadOnlySpan<MetaRecord>(in this))[..(Size - sizeof(ulong))]);

    public readonly bool IsIntact =>
        Magic == FileMagic && Format == CurrentFormat && PageGeometry.IsValid((int)PageSize) && Checksum == ComputeChecksum();
}
