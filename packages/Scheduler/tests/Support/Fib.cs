namespace Gabbro.Scheduler.Tests;

/// <summary>Fibonacci forked down to the leaf: the purest measure of a fork.</summary>
internal readonly struct Fib(int n) : IForkJob<long>
{
    public long Run(ForkContext context)
    {
        if (n < 2)
            return n;
        var (a, b) = context.Join<Fib, Fib, long, long>(new Fib(n - 1), new Fib(n - 2));
        return a + b;
    }

    public static long Serial(int n) => n < 2 ? n : Serial(n - 1) + Serial(n - 2);
}
