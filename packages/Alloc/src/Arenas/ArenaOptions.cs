namespace Gabbro.Alloc;

/// <summary>How an <see cref="Arena"/> or <see cref="ConcurrentArena"/> takes memory.</summary>
/// <remarks>Immutable after construction of the arena: the arena copies what it needs.</remarks>
public sealed class ArenaOptions
{
    /// <summary>Bytes of the first chunk. Rounded up to a multiple of 4096; from 4 KiB to 1 GiB. Default 64 KiB.</summary>
    public nuint FirstChunkBytes { get; init; } = 64 * 1024;

    /// <summary>Chunks double in size up to this many bytes; at least <see cref="FirstChunkBytes"/>. Default 1 MiB.</summary>
    public nuint LargestChunkBytes { get; init; } = 1024 * 1024;

    /// <summary>
    /// Fill memory with a poison pattern when it is reset, so that a use after reset reads garbage at once instead of
    /// stale values later. Costs one pass over the memory that was used. Default false.
    /// </summary>
    public bool PoisonOnReset { get; init; }

    internal void Validate()
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(FirstChunkBytes, (nuint)4096, nameof(FirstChunkBytes));
        ArgumentOutOfRangeException.ThrowIfGreaterThan(FirstChunkBytes, (nuint)1 << 30, nameof(FirstChunkBytes));
        ArgumentOutOfRangeException.ThrowIfLessThan(LargestChunkBytes, FirstChunkBytes, nameof(LargestChunkBytes));
        ArgumentOutOfRangeException.ThrowIfGreaterThan(LargestChunkBytes, (nuint)1 << 30, nameof(LargestChunkBytes));
    }
}
