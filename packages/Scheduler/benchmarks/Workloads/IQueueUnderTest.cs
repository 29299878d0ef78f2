namespace Gabbro.Scheduler.Benchmarks.Workloads;

/// <summary>A queue as a struct, so that the harness adds no delegate call to what it measures.</summary>
internal interface IQueueUnderTest
{
    bool TryPut(long item);

    bool TryTake(out long item);
}
