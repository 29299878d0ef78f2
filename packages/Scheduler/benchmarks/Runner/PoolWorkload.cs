namespace Gabbro.Scheduler.Benchmarks.Runner;

/// <summary>A workload on a pool of this package.</summary>
internal abstract class PoolWorkload : Workload
{
    protected WorkPool Pool { get; private set; } = null!;

    protected long Size { get; private set; }

    protected int Threads { get; private set; }

    public override void Prepare(int threads, long size)
    {
        Threads = threads;
        Size = size;
        Pool = new WorkPool(threads);
    }

    public override void CleanUp() => Pool.Dispose();
}
