using Gabbro.Storage.BTree.Trees;

namespace Gabbro.Storage.BTree.Engine;

/// <summary>A tree as the running write transaction has it.</summary>
internal struct OpenTree
{
    public uint Number;
    public byte[] Name;
    public TreeRoot Root;
    public bool IsChanged;
    public bool IsDropped;

    /// <summary>Its indexes; null until first asked for.</summary>
    public IndexBinding[]? Bindings;
}
