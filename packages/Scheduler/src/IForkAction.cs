namespace Gabbro.Scheduler;

/// <summary>A piece of work without a result, for the allocation-free tier: implement it on a struct.</summary>
/// <remarks>The <see cref="ExecutionContext"/> does not flow into struct jobs.</remarks>
public interface IForkAction
{
    /// <summary>Does the work, on any worker of the pool.</summary>
    /// <param name="context">The worker that runs the job; the way to fork further without a look-up.</param>
    void Run(ForkContext context);
}
