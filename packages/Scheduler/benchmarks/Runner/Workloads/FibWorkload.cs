namespace Gabbro.Scheduler.Benchmarks.Runner.Workloads;

/// <summary>Fibonacci forked down to the leaf.</summary>
internal sealed class FibWorkload : PoolWorkload
{
    public override string Name => "fib";

    public override long DefaultSize => 35;

    public override long Run() => Pool.Run<Fib, long>(new Fib((int)Size));

    private readonly struct Fib(int n) : IForkJob<long>
    {
        public long Run(ForkContext context)
        {
            if (n < 2)
                return n;
            var (a, b) = context.Join<Fib, Fib, long, long>(new Fib(n - 1), new Fib(n - 2));
            return a + b;
        }
    }
}
