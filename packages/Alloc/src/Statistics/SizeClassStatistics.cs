namespace Gabbro.Alloc;

/// <summary>The blocks of one size class at one moment.</summary>
/// <param name="BlockBytes">The size of a block.</param>
/// <param name="Live">Blocks in use.</param>
/// <param name="Cached">Free blocks that threads keep for their next allocations.</param>
/// <param name="Free">Free blocks in pages of the class, blocks never used yet among them.</param>
/// <param name="Pages">Pages of the class.</param>
/// <param name="AverageRequest">The average size asked for, from a sample of the allocations; 0 when there was none.</param>
public readonly record struct SizeClassStatistics(
    long BlockBytes, long Live, long Cached, long Free, long Pages, double AverageRequest);
