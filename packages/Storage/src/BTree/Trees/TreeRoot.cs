using System.Runtime.InteropServices;

namespace Gabbro.Storage.BTree.Trees;

/// <summary>A tree as a version of the database sees it: 24 bytes, stored in metas, versions and the catalog.</summary>
[StructLayout(LayoutKind.Sequential, Pack = 8, Size = Size)]
internal struct TreeRoot
{
    public const int Size = 24;

    /// <summary>The root page, or 0 for an empty tree.</summary>
    public ulong Page;

    /// <summary>Records in the tree.</summary>
    public ulong Records;

    /// <summary>Levels, 0 for an empty tree and 1 for a lone leaf.</summary>
    public uint Depth;

    /// <summary>Zero.</summary>
    public uint Reserved;
}
