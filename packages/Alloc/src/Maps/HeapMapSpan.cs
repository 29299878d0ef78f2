namespace Gabbro.Alloc;

/// <summary>One span of a heap: a page of blocks of one size, a large block, or free memory.</summary>
/// <param name="Address">Where it begins.</param>
/// <param name="Bytes">Its length.</param>
/// <param name="BlockBytes">The size of its blocks; 0 for a large block and for a free span.</param>
/// <param name="Runs">What is in it, in order of address and without a gap.</param>
public sealed record HeapMapSpan(ulong Address, long Bytes, long BlockBytes, IReadOnlyList<HeapMapRun> Runs)
{
    /// <summary>Bytes of blocks in use.</summary>
    public long UsedBytes => Runs.Where(static run => run.State == HeapMapState.Used).Sum(static run => run.Bytes);
}
