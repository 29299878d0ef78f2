namespace Gabbro.Storage.BTree.Trees;

/// <summary>Where a tree under change gets its pages: the running transaction, or an array in a test.</summary>
internal unsafe interface IPageWriter
{
    /// <summary>The transaction that new pages belong to.</summary>
    ulong Transaction { get; }

    /// <summary>The savepoint within it: only pages made since the last savepoint may change in place.</summary>
    uint Sequence { get; }

    /// <summary>Takes a run of pages whose content is undefined.</summary>
    /// <exception cref="StorageException">The file cannot grow.</exception>
    ulong Allocate(uint run);

    /// <summary>Gives a run back; its bytes stay readable until the transaction ends.</summary>
    void Free(ulong page, uint run);
}
