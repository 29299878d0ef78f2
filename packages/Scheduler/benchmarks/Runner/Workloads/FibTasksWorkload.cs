namespace Gabbro.Scheduler.Benchmarks.Runner.Workloads;

/// <summary>Fibonacci with a task per fork, as the TPL wants it: the first half inline, the second as a task.</summary>
internal sealed class FibTasksWorkload : TasksWorkload
{
    public override string Name => "fib-tasks";

    public override long DefaultSize => 30;

    public override long Run() => RunOnTasks(() => Fib((int)Size));

    private static long Fib(int n)
    {
        if (n < 2)
            return n;
        var b = Task.Run(() => Fib(n - 2));
        var a = Fib(n - 1);
        return a + b.GetAwaiter().GetResult();
    }
}
