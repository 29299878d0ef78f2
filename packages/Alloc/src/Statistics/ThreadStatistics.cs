namespace Gabbro.Alloc;

/// <summary>What one thread has done with a heap and keeps of it.</summary>
/// <param name="ManagedThreadId">The thread that uses the part of the heap now; the last one that did, when none does.</param>
/// <param name="IsAttached">Whether a thread uses it now.</param>
/// <param name="Allocations">Allocations made through it.</param>
/// <param name="CachedBlocks">Free blocks it keeps.</param>
/// <param name="CachedBytes">Their bytes.</param>
public readonly record struct ThreadStatistics(
    int ManagedThreadId, bool IsAttached, long Allocations, long CachedBlocks, long CachedBytes);
