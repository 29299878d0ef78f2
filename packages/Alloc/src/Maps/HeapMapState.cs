namespace Gabbro.Alloc;

/// <summary>What a stretch of a heap's memory is.</summary>
public enum HeapMapState
{
    /// <summary>Blocks in use.</summary>
    Used,

    /// <summary>Free blocks, or a free span.</summary>
    Free,

    /// <summary>Free blocks that a thread keeps for its next allocations.</summary>
    Cached,

    /// <summary>Never handed out yet, or the end of a page that holds no whole block.</summary>
    Unused,
}
