namespace Gabbro.Alloc;

/// <summary>The call during which a misuse was found.</summary>
public enum HeapOperation
{
    /// <summary>An allocation, which took a block out of quarantine.</summary>
    Alloc,

    /// <summary>A free.</summary>
    Free,

    /// <summary>A reallocation.</summary>
    Realloc,

    /// <summary>A question for a block's size.</summary>
    UsableSize,

    /// <summary>A verification of the whole heap.</summary>
    Verify,
}
