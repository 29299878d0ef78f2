namespace Gabbro.Reactor;

/// <summary>Runs tasks on a loop, each in a turn of its own.</summary>
internal sealed class LoopTaskScheduler(EventLoop loop) : TaskScheduler
{
    private static readonly SendOrPostCallback Execute = static state =>
    {
        (LoopTaskScheduler scheduler, Task task) = ((LoopTaskScheduler, Task))state!;
        scheduler.TryExecuteTask(task);
    };

    public override int MaximumConcurrencyLevel => 1;

    protected override void QueueTask(Task task) =>
        ObjectDisposedException.ThrowIf(!loop.TryPost(new WorkItem(Execute, (this, task))), loop);

    protected override bool TryExecuteTaskInline(Task task, bool taskWasPreviouslyQueued) =>
        !taskWasPreviouslyQueued && EventLoop.Current == loop && TryExecuteTask(task);

    protected override IEnumerable<Task> GetScheduledTasks() => [];
}
