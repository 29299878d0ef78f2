namespace Gabbro.Alloc.Core;

/// <summary>What a hardened heap finds wrong with a pointer.</summary>
internal static class BlockFault
{
    internal const int None = 0;

    /// <summary>Not the start of a block, or of no block that was ever handed out.</summary>
    internal const int InvalidPointer = 1;

    /// <summary>A block that is free already.</summary>
    internal const int DoubleFree = 2;
}
