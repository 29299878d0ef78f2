using System.Buffers.Binary;
using System.Numerics;

using Gabbro.Scheduler.Benchmarks.Runner;

namespace Gabbro.Scheduler.Benchmarks.Workloads;

/// <summary>N queens, and the unbalanced tree search of S. Olivier et al. (LCPC 2006), tree T1.</summary>
internal static class Searching
{
    public static IEnumerable<Workload> All { get; } =
    [
        new("nqueens", 11, (threads, size) => WorkloadRun.OnPool(
            threads, pool => () => pool.Run<Queens, long>(new Queens((int)size, 0, 0, 0)))),
        new("nqueens-tasks", 11, (threads, size) => WorkloadRun.OnTasks(threads, () => QueensTasks((int)size, 0, 0, 0))),
        new("uts", 10, (threads, size) => WorkloadRun.OnPool(threads, pool => () => pool.Run<UtsNode, long>(UtsNode.Root((int)size)))),
        new("uts-onethread", 10, (_, size) => WorkloadRun.OnPool(
            1, pool => () => pool.Run<UtsNode, long>(UtsNode.Root((int)size)))),
        new("uts-serial", 10, (_, size) => new WorkloadRun(() => UtsNode.Root((int)size).CountSerially())),
    ];

    private static long QueensTasks(int n, uint columns, uint left, uint right)
    {
        var free = ~(columns | left | right) & ((1u << n) - 1);
        if (BitOperations.PopCount(columns) == n)
            return 1;
        var tasks = new List<Task<long>>();
        while (free != 0)
        {
            var bit = free & (0u - free);
            free ^= bit;
            tasks.Add(Task.Run(() => QueensTasks(n, columns | bit, (left | bit) << 1, (right | bit) >> 1)));
        }

        return tasks.Sum(t => t.GetAwaiter().GetResult());
    }

    /// <summary>Every placement forked, down to the last row; the placements of a row form a chain of forks.</summary>
    private readonly struct Queens(int n, uint columns, uint left, uint right) : IForkJob<long>
    {
        public long Run(ForkContext context)
        {
            if (BitOperations.PopCount(columns) == n)
                return 1;
            return new Row(n, columns, left, right, ~(columns | left | right) & ((1u << n) - 1)).Run(context);
        }
    }

    private readonly struct Row(int n, uint columns, uint left, uint right, uint free) : IForkJob<long>
    {
        public long Run(ForkContext context)
        {
            if (free == 0)
                return 0;
            var bit = free & (0u - free);
            var placed = new Queens(n, columns | bit, (left | bit) << 1, (right | bit) >> 1);
            if (free == bit)
                return placed.Run(context);
            var (a, b) = context.Join<Queens, Row, long, long>(placed, new Row(n, columns, left, right, free ^ bit));
            return a + b;
        }
    }

    /// <summary>
    /// A node is twenty bytes; its children are their SHA-1 with the child's number. T1: geometric with mean 4 at every depth
    /// below the limit, seed 19; with limit 10 it has 4,130,071 nodes.
    /// </summary>
    private readonly struct UtsNode(Sha1State state, int depth, int limit) : IForkJob<long>
    {
        private const double Mean = 4.0;

        public static UtsNode Root(int limit)
        {
            Span<byte> seed = stackalloc byte[20];
            seed.Clear();
            BinaryPrimitives.WriteInt32BigEndian(seed[16..], 19);
            return new UtsNode(Sha1State.Of(seed), 0, limit);
        }

        public int ChildCount
        {
            get
            {
                if (depth > 0 && depth >= limit)
                    return 0;
                var u = (state.E & 0x7FFFFFFF) / 2147483648.0;
                return (int)Math.Floor(Math.Log(1 - u) / Math.Log(1 - (1 / (1 + Mean))));
            }
        }

        public UtsNode Child(int number) => new(state.Spawn(number), depth + 1, limit);

        public long Run(ForkContext context)
        {
            var children = ChildCount;
            return children == 0 ? 1 : 1 + new UtsChildren(this, 0, children).Run(context);
        }

        public long CountSerially()
        {
            var count = 1L;
            var children = ChildCount;
            for (var i = 0; i < children; i++)
                count += Child(i).CountSerially();
            return count;
        }
    }

    private readonly struct UtsChildren(UtsNode parent, int from, int to) : IForkJob<long>
    {
        public long Run(ForkContext context)
        {
            if (to - from == 1)
                return parent.Child(from).Run(context);
            var middle = (from + to) / 2;
            var (a, b) = context.Join<UtsChildren, UtsChildren, long, long>(
                new UtsChildren(parent, from, middle), new UtsChildren(parent, middle, to));
            return a + b;
        }
    }
}
