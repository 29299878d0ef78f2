namespace Gabbro.Storage.BTree.Pages;

/// <summary>What a page holds; stored in its header.</summary>
internal enum PageKind : byte
{
    /// <summary>Keys with their values.</summary>
    Leaf = 1,

    /// <summary>Separator keys with the pages below.</summary>
    Branch = 2,

    /// <summary>The first page of a run that holds one large value.</summary>
    Overflow = 3,

    /// <summary>Extents of free pages, written by a checkpoint.</summary>
    FreeList = 4,
}
