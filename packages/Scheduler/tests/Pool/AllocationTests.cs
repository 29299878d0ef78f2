using System.Runtime.CompilerServices;

using Gabbro.Scheduler.Algorithms;

namespace Gabbro.Scheduler.Tests.Pool;

/// <summary>
/// Zero bytes means zero: what the calling thread and every worker allocate while a call is repeated, to the byte, from
/// outside the pool and from inside.
/// </summary>
/// <remarks>
/// A worker that forks deeper than ever before makes one object for that depth, and when that happens depends on who stole
/// what. So a test looks for a window of many calls without any allocation: if a call allocated, there would be none.
/// </remarks>
internal sealed class AllocationTests
{
    private const int Window = 200;
    private const int Windows = 100;

    private int[] _data = null!;
    private int[] _result = null!;

    [SetUp]
    public void SetUp()
    {
        _data = [.. Enumerable.Range(0, 20_000)];
        _result = new int[_data.Length];
    }

    [TestCase(1)]
    [TestCase(2)]
    [TestCase(4)]
    public void For_StructBody_AllocatesNothing(int threads) =>
        AssertNothing(threads, pool => pool.For(0, _data.Length, new Increment(_data)));

    [TestCase(2)]
    public void For_MillionElements_AllocatesNothing(int threads)
    {
        _data = new int[1_000_000];
        AssertNothing(threads, pool => pool.For(0, _data.Length, new Increment(_data)), window: 10);
    }

    [TestCase(2)]
    public void For_DelegateBody_AllocatesNothingButTheDelegate(int threads)
    {
        Action<int> body = index => _data[index]++;
        AssertNothing(threads, pool => pool.For(0, _data.Length, body));
    }

    [TestCase(2)]
    public void For_TokenThatCanBeCancelled_AllocatesNothing(int threads)
    {
        using var source = new CancellationTokenSource();
        AssertNothing(threads, pool => pool.For(0, _data.Length, new Increment(_data), source.Token));
    }

    [TestCase(2)]
    public void ForRange_StructBody_AllocatesNothing(int threads) =>
        AssertNothing(threads, pool => pool.ForRange(0, _data.Length, 16, new IncrementRange(_data)));

    [TestCase(2)]
    public void Reduce_StructOperation_AllocatesNothing(int threads) =>
        AssertNothing(threads, pool => pool.Reduce(_data, 0, default(Plus)));

    [TestCase(2)]
    public void Sum_AllocatesNothing(int threads) => AssertNothing(threads, pool => pool.Sum<int>(_data));

    [TestCase(2)]
    public void MinMax_AllocateNothing(int threads) =>
        AssertNothing(threads, pool => pool.Max<int>(_data) - pool.Min<int>(_data));

    [TestCase(2)]
    public void Map_StructFunction_AllocatesNothing(int threads) =>
        AssertNothing(threads, pool => pool.Map<int, int, Twice>(_data, _result, default));

    [TestCase(2)]
    public void FindFirst_StructPredicate_AllocatesNothing(int threads) =>
        AssertNothing(threads, pool => pool.FindFirst(_data, default(IsLast)));

    [TestCase(2)]
    public void Join_StructJobs_AllocatesNothing(int threads) =>
        AssertNothing(threads, pool => pool.Join<Fib, Fib, long, long>(new Fib(10), new Fib(11)));

    [TestCase(2)]
    public void Run_StructJob_AllocatesNothing(int threads) => AssertNothing(threads, pool => pool.Run<Fib, long>(new Fib(12)));

    private static void AssertNothing<TResult>(int threads, Func<WorkPool, TResult> call) =>
        AssertNothing(threads, pool => { call(pool); });

    private static void AssertNothing(int threads, Action<WorkPool> call, int window = Window)
    {
        using var pool = new WorkPool(threads);
        Assert.That(LeastAllocated(pool, window, call), Is.Zero, "from outside");
        Assert.That(LeastAllocated(pool, window, p => p.Run<Inside, long>(new Inside(call))), Is.Zero, "from inside");
    }

    /// <summary>Bytes of the best of many windows, over the calling thread and all workers.</summary>
    private static long LeastAllocated(WorkPool pool, int window, Action<WorkPool> call)
    {
        var least = long.MaxValue;
        var before = new long[pool.ThreadCount];
        var after = new long[pool.ThreadCount];
        for (var i = 0; i < Windows && least != 0; i++)
        {
            Read(pool, before);
            var caller = GC.GetAllocatedBytesForCurrentThread();
            for (var n = 0; n < window; n++)
                call(pool);
            caller = GC.GetAllocatedBytesForCurrentThread() - caller;
            Read(pool, after);
            least = Math.Min(least, caller + after.Sum() - before.Sum());
        }

        return least;
    }

    /// <summary>The counters of all workers: a chain of forks, one a worker, each of which waits until all have begun.</summary>
    private static void Read(WorkPool pool, long[] counters)
    {
        var arrived = new StrongBox<int>();
        pool.Run<Reading, long>(new Reading(counters, arrived, counters.Length));
    }

    private readonly struct Reading(long[] counters, StrongBox<int> arrived, int workers) : IForkJob<long>
    {
        public long Run(ForkContext context)
        {
            if (workers > 1)
            {
                context.Join<Reading, Reading, long, long>(
                    new Reading(counters, arrived, 0), new Reading(counters, arrived, workers - 1));
                return 0;
            }

            counters[context.WorkerIndex] = GC.GetAllocatedBytesForCurrentThread();
            Interlocked.Increment(ref arrived.Value);
            while (Volatile.Read(ref arrived.Value) < counters.Length)
                Thread.Yield();
            return 0;
        }
    }

    private readonly struct Inside(Action<WorkPool> call) : IForkJob<long>
    {
        public long Run(ForkContext context)
        {
            call(context.Pool);
            return 0;
        }
    }

    private readonly struct Increment(int[] data) : IIndexAction
    {
        public void Invoke(int index) => data[index]++;
    }

    private readonly struct IncrementRange(int[] data) : IRangeAction
    {
        public void Invoke(int from, int to)
        {
            for (var i = from; i < to; i++)
                data[i]++;
        }
    }

    private readonly struct Plus : IValueFunc<int, int, int>
    {
        public int Invoke(int first, int second) => first + second;
    }

    private readonly struct Twice : IValueFunc<int, int>
    {
        public int Invoke(int argument) => 2 * argument;
    }

    private readonly struct IsLast : IValueFunc<int, bool>
    {
        public bool Invoke(int argument) => argument == 19_999;
    }
}
