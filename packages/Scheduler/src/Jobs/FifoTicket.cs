using Gabbro.Scheduler.Collections;

namespace Gabbro.Scheduler.Jobs;

/// <summary>
/// Stands in the spawn deque for the oldest of a worker's first-in-first-out jobs, as in Rayon's spawn_fifo: whoever takes
/// the ticket, at either end of the deque, runs the oldest job. There are as many tickets as jobs.
/// </summary>
internal sealed class FifoTicket : Job
{
    private readonly SegmentedQueue<Job> _jobs = new();

    public void Add(Job job) => _jobs.Enqueue(job);

    public override void Execute(Worker worker)
    {
        // The job was enqueued before its ticket was pushed, so a ticket always finds one.
        if (_jobs.TryDequeue(out var job))
            worker.Run(job);
    }
}
