namespace Gabbro.Storage.BTree.Engine;

/// <summary>Consecutive pages.</summary>
internal readonly record struct PageRun(ulong Page, uint Length);
