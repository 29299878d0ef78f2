using System.Runtime.InteropServices;
using Gabbro.Storage.BTree.Trees;

namespace Gabbro.Storage.BTree.Shared;

/// <summary>One committed state of the database: everything a reader or the next writer starts from. 128 bytes.</summary>
[StructLayout(LayoutKind.Sequential, Pack = 8, Size = Size)]
internal struct DatabaseVersion
{
    public const int Size = 128;

    /// <summary>The transaction that made it; also the guard of its place in the ring.</summary>
    public ulong Transaction;

    /// <summary>Which incarnation of the file its pages are in; a vacuum makes the next.</summary>
    public ulong Generation;

    /// <summary>The unnamed tree.</summary>
    public TreeRoot Main;

    /// <summary>The tree of named trees.</summary>
    public TreeRoot Catalog;

    /// <summary>Pages below this number exist.</summary>
    public ulong PageCount;

    /// <summary>Log position after the transaction.</summary>
    public ulong LogEnd;

    /// <summary>Checksum of the last log record up to there, which the next one names.</summary>
    public ulong LogChain;

    /// <summary>The run in which the last checkpoint listed free pages, or 0.</summary>
    public ulong FreeList;

    /// <summary>Pages of that run.</summary>
    public uint FreeListRun;

    /// <summary>The number the next named tree gets.</summary>
    public uint NextTree;

    /// <summary>Pages given back and not taken again.</summary>
    public ulong FreePages;
}
