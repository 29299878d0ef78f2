namespace Gabbro.Platform.Memory;

/// <summary>What a program tells the system about its use of a range of memory (madvise(2)).</summary>
public enum MemoryAdvice : byte
{
    /// <summary>No particular use.</summary>
    Normal = 0,

    /// <summary>Accessed from low to high addresses: read ahead.</summary>
    Sequential,

    /// <summary>Accessed in no order: do not read ahead.</summary>
    Random,

    /// <summary>Needed soon: bring it in.</summary>
    WillNeed,

    /// <summary>
    /// Give the pages back now. Anonymous memory reads as zeros afterwards; a private mapping shows the file again.
    /// </summary>
    Discard,

    /// <summary>
    /// The contents are worthless: the system may take the pages when it needs memory. Until the next write to it a page
    /// reads as its old contents or as zeros (<c>MADV_FREE</c>, <c>MEM_RESET</c>).
    /// </summary>
    Free,

    /// <summary>Use huge pages where possible.</summary>
    HugePages,

    /// <summary>Do not use huge pages.</summary>
    NoHugePages,

    /// <summary>Not needed soon: take these pages first when memory is short.</summary>
    Cold,

    /// <summary>Write out and take these pages now.</summary>
    PageOut,

    /// <summary>Leave the range out of core dumps.</summary>
    NoDump,

    /// <summary>Include the range in core dumps again.</summary>
    Dump,

    /// <summary>Fault every page in, for reading, as if each was read; reports an unreadable page as an error, not a signal.</summary>
    PopulateRead,

    /// <summary>Fault every page in, for writing, as if each was written.</summary>
    PopulateWrite,
}
