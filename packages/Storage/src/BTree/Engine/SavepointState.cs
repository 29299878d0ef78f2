using Gabbro.Storage.BTree.Trees;

namespace Gabbro.Storage.BTree.Engine;

/// <summary>Everything a rollback to a savepoint restores.</summary>
internal sealed record SavepointState(
    int Identity,
    OpenTree[] Trees,
    TreeRoot Catalog,
    uint NextTree,
    (int Taken, int Freed, ulong FreePages) Pages,
    long LogLength,
    bool IsBulk);
