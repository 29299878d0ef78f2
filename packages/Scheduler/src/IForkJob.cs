namespace Gabbro.Scheduler;

/// <summary>
/// A piece of work with a result, for the allocation-free tier: implement it on a struct and the JIT compiles each
/// <c>Join</c> for exactly that struct, inlining <see cref="Run"/> where it can.
/// </summary>
/// <typeparam name="TResult">What the work returns.</typeparam>
/// <remarks>
/// A struct holding references is fine; it is copied when it is offered to other workers. The
/// <see cref="ExecutionContext"/> does not flow into struct jobs.
/// </remarks>
public interface IForkJob<TResult>
{
    /// <summary>Does the work, on any worker of the pool.</summary>
    /// <param name="context">The worker that runs the job; the way to fork further without a look-up.</param>
    /// <returns>The result.</returns>
    TResult Run(ForkContext context);
}
