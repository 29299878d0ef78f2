using System.Runtime.InteropServices;
using Gabbro.Storage.BTree.Trees;

namespace Gabbro.Storage.BTree.Engine;

/// <summary>What the catalog stores under the name of a tree.</summary>
[StructLayout(LayoutKind.Sequential, Pack = 4, Size = Size)]
internal struct CatalogEntry
{
    public const int Size = 32;

    public TreeRoot Root;

    /// <summary>The tree's number in log records.</summary>
    public uint Number;

    /// <summary>Zero.</summary>
    public uint Reserved;
}
