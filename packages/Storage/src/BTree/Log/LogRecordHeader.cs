using System.Runtime.InteropServices;

namespace Gabbro.Storage.BTree.Log;

/// <summary>The 40 bytes before the operations of one transaction in the log.</summary>
[StructLayout(LayoutKind.Sequential, Pack = 8, Size = Size)]
internal struct LogRecordHeader
{
    public const int Size = 40;

    /// <summary>XXH3-64 of everything after this word, seeded with the file's salt.</summary>
    public ulong Checksum;

    /// <summary>The record's own position: a record of an earlier lap of the ring never passes for one of this.</summary>
    public ulong Position;

    /// <summary>The transaction.</summary>
    public ulong Transaction;

    /// <summary>Checksum of the record before: a record left over from a future that never came does not fit the chain.</summary>
    public ulong Previous;

    /// <summary>Bytes with this header, a multiple of 8.</summary>
    public uint Length;

    /// <summary>1: a transaction. 2: nothing, up to the end of the ring.</summary>
    public uint Kind;
}
