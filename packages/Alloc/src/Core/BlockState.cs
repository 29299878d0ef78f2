namespace Gabbro.Alloc.Core;

/// <summary>What is known of one block of a hardened heap, in a byte of <see cref="Page.States"/>.</summary>
internal static class BlockState
{
    /// <summary>Free, or never handed out.</summary>
    internal const byte Free = 0;

    /// <summary>Free, and its memory was given back to the system.</summary>
    internal const byte Purged = 1;

    /// <summary>Free and kept by a thread.</summary>
    internal const byte Kept = 2;

    /// <summary>In use.</summary>
    internal const byte Live = 3;

    /// <summary>The bit that tells the last two from the first two.</summary>
    internal const byte Taken = 2;

    internal const ulong EightTaken = 0x0202_0202_0202_0202;
}
