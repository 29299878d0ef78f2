using Gabbro.Scheduler.Algorithms;
using Gabbro.Scheduler.Benchmarks.Runner;

namespace Gabbro.Scheduler.Benchmarks.Workloads;

/// <summary>Work over ten million numbers: sorts, sum, filter, scan.</summary>
internal static class Arrays
{
    public static IEnumerable<Workload> All { get; } =
    [
        Sorting("sort", (pool, data) => pool.Sort(data.AsSpan())),
        SortingPeer("sort-plinq"),
        new("sort-array", 10_000_000, (_, size) =>
        {
            var source = Numbers(size);
            var data = new ulong[size];
            return new WorkloadRun(() => Checksum(data, Array.Sort), () => source.CopyTo(data, 0));
        }),
        Sorting("sortstable", (pool, data) => pool.StableSort(data.AsSpan())),
        SortingPeer("sortstable-plinq"),
        Sorting("quicksort", (pool, data) => pool.Sort(data.AsSpan(), default(Ascending))),
        SortingPeer("quicksort-plinq"),
        new("sum", 10_000_000, (threads, size) =>
        {
            var data = Array.ConvertAll(Numbers(size), x => (long)(x >> 30));
            return WorkloadRun.OnPool(threads, pool => () => pool.Sum<long>(data));
        }),
        new("sum-plinq", 10_000_000, (threads, size) =>
        {
            var data = Array.ConvertAll(Numbers(size), x => (long)(x >> 30));
            return WorkloadRun.OnTasks(threads, () => data.AsParallel().WithDegreeOfParallelism(threads).Sum());
        }),
        new("filter", 10_000_000, (threads, size) =>
        {
            var data = Numbers(size);
            return WorkloadRun.OnPool(threads, pool => () => pool.Filter(data, default(Even)).Length);
        }),
        new("filter-plinq", 10_000_000, (threads, size) =>
        {
            var data = Numbers(size);
            return WorkloadRun.OnTasks(
                threads,
                () => data.AsParallel().AsOrdered().WithDegreeOfParallelism(threads).Where(x => (x & 1) == 0).ToArray().Length);
        }),
        new("scan", 10_000_000, (threads, size) =>
        {
            var data = Array.ConvertAll(Numbers(size), x => (long)x);
            var result = new long[size];
            return WorkloadRun.OnPool(threads, pool => () =>
            {
                pool.InclusiveScan(data, result, default(Plus));
                return result[^1];
            });
        }),
        new("scan-serial", 10_000_000, (_, size) =>
        {
            var data = Array.ConvertAll(Numbers(size), x => (long)x);
            var result = new long[size];
            return new WorkloadRun(() =>
            {
                long sum = 0;
                for (var i = 0; i < data.Length; i++)
                {
                    sum += data[i];
                    result[i] = sum;
                }

                return result[^1];
            });
        }),
    ];

    private static Workload Sorting(string name, Action<WorkPool, ulong[]> sort) => new(name, 10_000_000, (threads, size) =>
    {
        var source = Numbers(size);
        var data = new ulong[size];
        return WorkloadRun.OnPool(
            threads, pool => () => Checksum(data, d => sort(pool, d)), () => source.CopyTo(data, 0));
    });

    private static Workload SortingPeer(string name) => new(name, 10_000_000, (threads, size) =>
    {
        var source = Numbers(size);
        return WorkloadRun.OnTasks(threads, () =>
        {
            var sorted = source.AsParallel().WithDegreeOfParallelism(threads).OrderBy(x => x).ToArray();
            return (long)sorted[sorted.Length / 2];
        });
    });

    private static long Checksum(ulong[] data, Action<ulong[]> sort)
    {
        sort(data);
        return (long)data[data.Length / 2];
    }

    private static ulong[] Numbers(long size)
    {
        var random = new Random(42);
        var numbers = new ulong[size];
        for (var i = 0; i < numbers.Length; i++)
            numbers[i] = (ulong)random.NextInt64(long.MinValue, long.MaxValue);
        return numbers;
    }

    private readonly struct Ascending : IComparer<ulong>
    {
        public int Compare(ulong x, ulong y) => x.CompareTo(y);
    }

    private readonly struct Even : IValueFunc<ulong, bool>
    {
        public bool Invoke(ulong argument) => (argument & 1) == 0;
    }

    private readonly struct Plus : IValueFunc<long, long, long>
    {
        public long Invoke(long first, long second) => first + second;
    }
}
