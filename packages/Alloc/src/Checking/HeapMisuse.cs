namespace Gabbro.Alloc;

/// <summary>What a program did wrong to a heap.</summary>
public enum HeapMisuse
{
    /// <summary>The pointer was never given out by any heap, or is not the start of a block.</summary>
    InvalidPointer,

    /// <summary>The pointer belongs to another heap.</summary>
    WrongHeap,

    /// <summary>The block has been freed already.</summary>
    DoubleFree,

    /// <summary>The bytes before or after the block have been overwritten.</summary>
    Overrun,

    /// <summary>The block was written to after it had been freed.</summary>
    UseAfterFree,

    /// <summary>The size given is not the one the block was allocated with.</summary>
    SizeMismatch,
}
