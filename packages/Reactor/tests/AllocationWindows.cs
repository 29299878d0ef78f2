namespace Gabbro.Reactor.Tests;

/// <summary>
/// What the least of several runs of the same work allocated on this thread: growth of pools to their high-water mark, and
/// the box of the test's own method, fall into one of the others.
/// </summary>
internal sealed class AllocationWindows
{
    private const int Length = 200;

    private long _start;
    private int _ticks;

    /// <summary>Iterations that give enough windows.</summary>
    public const int Iterations = Length * 5 + 1;

    public long Least { get; private set; } = long.MaxValue;

    /// <summary>Called at the start of every iteration.</summary>
    public void Tick()
    {
        if (_ticks++ % Length != 0)
            return;
        long now = GC.GetAllocatedBytesForCurrentThread();
        if (_ticks > 1)
            Least = Math.Min(Least, now - _start);
        _start = GC.GetAllocatedBytesForCurrentThread();
    }
}
