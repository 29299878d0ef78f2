namespace Gabbro.Scheduler.Jobs;

/// <summary>Anything a worker can take from a queue and run. <see cref="Execute"/> never throws.</summary>
internal abstract class Job
{
    /// <summary>The scope the job belongs to, if any.</summary>
    public WorkScope? Scope;

    public abstract void Execute(Worker worker);
}
