namespace Gabbro.Storage.BTree.Engine;

/// <summary>An index of an open tree: its own place among the open trees, and what computes its keys.</summary>
internal sealed class IndexBinding(int tree, IndexExtractor extract)
{
    public int Tree => tree;

    public IndexExtractor Extract => extract;

    /// <summary>The index keys of the record before the change under way.</summary>
    public IndexKeys Old { get; } = new();

    /// <summary>The index keys of the record after it.</summary>
    public IndexKeys New { get; } = new();
}
