using Gabbro.Scheduler.Benchmarks.Runner;

namespace Gabbro.Scheduler.Benchmarks.Workloads;

/// <summary>Fibonacci to the leaf and with a cut-off, and the sum of a tree: what a fork costs.</summary>
internal static class Recursion
{
    /// <summary>Below this fibcut computes serially.</summary>
    private const int Cut = 16;

    public static IEnumerable<Workload> All { get; } =
    [
        new("fib", 35, (threads, size) => WorkloadRun.OnPool(
            threads, pool => () => pool.Run<Fib, long>(new Fib((int)size, 2)))),
        new("fib-tasks", 30, (threads, size) => WorkloadRun.OnTasks(threads, () => FibTasks((int)size, 2))),
        new("fib-twotasks", 27, (threads, size) => WorkloadRun.OnTasks(threads, () => FibTwoTasks((int)size))),
        new("fibcut", 40, (threads, size) => WorkloadRun.OnPool(
            threads, pool => () => pool.Run<Fib, long>(new Fib((int)size, Cut)))),
        new("fibcut-tasks", 38, (threads, size) => WorkloadRun.OnTasks(threads, () => FibTasks((int)size, Cut))),
        new("treesum", 1 << 22, (threads, size) =>
        {
            var tree = Tree.Create(size);
            return WorkloadRun.OnPool(threads, pool => () => pool.Run<TreeSum, long>(new TreeSum(tree)));
        }),
        new("treesum-tasks", 1 << 18, (threads, size) =>
        {
            var tree = Tree.Create(size);
            return WorkloadRun.OnTasks(threads, () => SumTasks(tree));
        }),
    ];

    private static long Serial(int n) => n < 2 ? n : Serial(n - 1) + Serial(n - 2);

    private static long FibTasks(int n, int cut)
    {
        if (n < cut)
            return Serial(n);
        var b = Task.Run(() => FibTasks(n - 2, cut));
        var a = FibTasks(n - 1, cut);
        return a + b.GetAwaiter().GetResult();
    }

    /// <summary>As most people write it: a task for each half.</summary>
    private static long FibTwoTasks(int n)
    {
        if (n < 2)
            return n;
        var a = Task.Run(() => FibTwoTasks(n - 1));
        var b = Task.Run(() => FibTwoTasks(n - 2));
        return a.GetAwaiter().GetResult() + b.GetAwaiter().GetResult();
    }

    private static long SumTasks(Tree? tree)
    {
        if (tree is null)
            return 0;
        if (tree.Left is null && tree.Right is null)
            return tree.Value;
        var right = Task.Run(() => SumTasks(tree.Right));
        return tree.Value + SumTasks(tree.Left) + right.GetAwaiter().GetResult();
    }

    private readonly struct Fib(int n, int cut) : IForkJob<long>
    {
        public long Run(ForkContext context)
        {
            if (n < cut)
                return Serial(n);
            var (a, b) = context.Join<Fib, Fib, long, long>(new Fib(n - 1, cut), new Fib(n - 2, cut));
            return a + b;
        }
    }

    private readonly struct TreeSum(Tree? tree) : IForkJob<long>
    {
        public long Run(ForkContext context)
        {
            if (tree is null)
                return 0;
            if (tree.Left is null && tree.Right is null)
                return tree.Value;
            var (a, b) = context.Join<TreeSum, TreeSum, long, long>(new TreeSum(tree.Left), new TreeSum(tree.Right));
            return tree.Value + a + b;
        }
    }

    private sealed class Tree
    {
        public long Value;
        public Tree? Left;
        public Tree? Right;

        public static Tree? Create(long count)
        {
            if (count == 0)
                return null;
            var left = (count - 1) / 2;
            return new Tree { Value = count, Left = Create(left), Right = Create(count - 1 - left) };
        }
    }
}
