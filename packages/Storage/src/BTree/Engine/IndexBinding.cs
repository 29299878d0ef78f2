namespace Gabbro.Storage.BTree.Engine;

/// <summary>An index of an open tree: its own place among the open trees, and what computes its keys.</summary>
internal readonly record struct IndexBinding(int Tree, IndexExtractor Extract);
