namespace Gabbro.Scheduler.Jobs;

/// <summary>A slot of a worker's split deque. A struct, so that storing into the array needs no covariance check.</summary>
internal struct JobSlot
{
    public ForkedJob? Job;
}
