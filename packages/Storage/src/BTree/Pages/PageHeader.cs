using System.Runtime.InteropServices;

namespace Gabbro.Storage.BTree.Pages;

/// <summary>The 48 bytes every page (or run of overflow pages) begins with. Little-endian, as documented in the file format.</summary>
[StructLayout(LayoutKind.Sequential, Pack = 1, Size = Size)]
internal struct PageHeader
{
    /// <summary>Bytes before the slots or the payload.</summary>
    public const int Size = 48;

    /// <summary>XXH3-64 of everything after this word, seeded with the file's salt and the page's number.</summary>
    public ulong Checksum;

    /// <summary>The page's own number: a page written to the wrong place is damage.</summary>
    public ulong Number;

    /// <summary>The transaction that wrote it.</summary>
    public ulong Transaction;

    /// <summary>Node: the savepoint within that transaction. Overflow and free list: pages in the run.</summary>
    public uint Sequence;

    /// <summary>What the page holds.</summary>
    public PageKind Kind;

    /// <summary>Levels below this node: 0 for a leaf.</summary>
    public byte Level;

    /// <summary>Slots in use.</summary>
    public ushort Count;

    /// <summary>Offset of the lowest cell; the heap of cells grows down towards the slots.</summary>
    public uint HeapStart;

    /// <summary>Bytes of dead cells within the heap.</summary>
    public uint Garbage;

    /// <summary>Leading bytes that every key that can be routed here shares; slots cache the four bytes after them.</summary>
    public ushort Skip;

    /// <summary>Zero.</summary>
    public ushort Reserved;

    /// <summary>Overflow: length of the value in bytes. Free list: extents held. Nodes: zero.</summary>
    public uint PayloadLength;
}
