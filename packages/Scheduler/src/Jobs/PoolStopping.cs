namespace Gabbro.Scheduler.Jobs;

/// <summary>The pool is closed and every posted job has ended: a worker at its top level may end.</summary>
internal readonly struct PoolStopping(WorkPool pool) : IWaitCondition
{
    public bool IsMet => pool.IsDrained;
}
