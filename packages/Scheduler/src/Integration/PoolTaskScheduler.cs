namespace Gabbro.Scheduler.Integration;

/// <summary>Runs tasks on a <see cref="WorkPool"/>; get it from <see cref="WorkPool.TaskScheduler"/>.</summary>
/// <remarks>
/// A task queued by a worker goes to that worker's own deque, any other to the injector. A worker that waits for a task runs
/// it in place if nobody has begun it; a copy left in a queue then does nothing. Continuations of tasks on this scheduler
/// come back to it. Tasks marked <see cref="TaskCreationOptions.LongRunning"/> get a thread of their own.
/// </remarks>
public sealed class PoolTaskScheduler : TaskScheduler
{
    internal PoolTaskScheduler(WorkPool pool) => Pool = pool;

    /// <summary>The pool.</summary>
    public WorkPool Pool { get; }

    /// <inheritdoc/>
    public override int MaximumConcurrencyLevel => Pool.ThreadCount;

    /// <inheritdoc/>
    protected override void QueueTask(Task task)
    {
        ArgumentNullException.ThrowIfNull(task);
        if ((task.CreationOptions & TaskCreationOptions.LongRunning) != 0)
        {
            new Thread(() => TryExecuteTask(task)) { IsBackground = true, Name = $"{Pool.Name} long" }.UnsafeStart();
            return;
        }

        Pool.Admit();
        Pool.Submit(new TaskJob(this, task));
    }

    /// <summary>Runs the task if the caller is a worker of the pool; otherwise it would run outside the pool.</summary>
    /// <inheritdoc/>
    protected override bool TryExecuteTaskInline(Task task, bool taskWasPreviouslyQueued) =>
        Pool.IsWorkerThread && TryExecuteTask(task);

    /// <summary>For debuggers, which stop all threads: lock-free queues cannot be listed then.</summary>
    /// <exception cref="NotSupportedException">Always.</exception>
    /// <inheritdoc/>
    protected override IEnumerable<Task> GetScheduledTasks() =>
        throw new NotSupportedException("The queues of a work-stealing pool cannot be listed.");

    internal bool Execute(Task task) => TryExecuteTask(task);
}
