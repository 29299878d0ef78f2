using System.Diagnostics.Metrics;
using System.Runtime.CompilerServices;

using Gabbro.Scheduler.Algorithms;
using Gabbro.Scheduler.Atomics;
using Gabbro.Scheduler.Deques;

namespace Gabbro.Scheduler.Tests.Pool;

/// <summary>What the package promises beyond results: no garbage, no lost wake-up, small stacks, prompt cancellation.</summary>
internal sealed class PromiseTests
{
    [Test]
    public void Join_MillionStructForks_AllocatesNothing()
    {
        using var pool = new WorkPool(1);
        var allocated = pool.Run(() =>
        {
            var context = ForkContext.Current;
            new Fib(25).Run(context);
            var before = GC.GetAllocatedBytesForCurrentThread();
            var forks = 0L;
            while (forks < 1_000_000)
                forks += 2 * new Fib(25).Run(context);
            return GC.GetAllocatedBytesForCurrentThread() - before;
        });
        Assert.That(allocated, Is.Zero);
    }

    [Test]
    public void Worker_HotFields_LieOnLinesOfTheirOwn()
    {
        var forks = SplitDeque<HardwareAtomics>.Create();
        Assert.Multiple(() =>
        {
            Assert.That(Unsafe.SizeOf<SplitDeque<HardwareAtomics>>(), Is.GreaterThanOrEqualTo(4 * CacheLine.Size));
            Assert.That(Unsafe.SizeOf<WorkerCounters>(), Is.GreaterThanOrEqualTo(2 * CacheLine.Size));
            Assert.That(Distance(ref forks.Head, ref forks.ShareBelow), Is.GreaterThanOrEqualTo(CacheLine.Size));
            var indices = default(ChaseLevIndices);
            Assert.That(Distance(ref indices.Top, ref indices.Bottom), Is.GreaterThanOrEqualTo(CacheLine.Size));
        });

        static long Distance<T>(ref T a, ref T b) => Math.Abs(Unsafe.ByteOffset(ref a, ref b));
    }

    [TestCase(1)]
    [TestCase(2)]
    [TestCase(4)]
    [TestCase(16)]
    public void PostOneWaitOne_RandomIdleGaps_NobodyWaitsForASecond(int threads)
    {
        var random = new Random(TestEffort.Seed());
        using var pool = new WorkPool(threads);
        using var done = new ManualResetEventSlim();
        for (var i = 0; i < 2_000 * TestEffort.Scale; i++)
        {
            done.Reset();
            if (i % 2 == 0)
                pool.Post(done.Set);
            else
                pool.Post(() => pool.Join(() => { }, done.Set));
            Assert.That(done.Wait(TimeSpan.FromSeconds(10)), Is.True, $"round {i}: a wake-up was lost");
            Thread.SpinWait(random.Next(3) switch { 0 => 0, 1 => random.Next(2_000), _ => random.Next(20_000) });
        }
    }

    [Test]
    public void DeepRecursion_SmallStacks_DoesNotOverflow()
    {
        using var pool = new WorkPool(new WorkPoolOptions { Threads = 4, StackSize = 256 << 10 });
        for (var i = 0; i < 20; i++)
        {
            Assert.That(pool.Run<Uneven, long>(new Uneven(300)), Is.EqualTo(301));
            var count = 0;
            pool.Scope(scope => Chain(scope, 2_000));
            Assert.That(count, Is.EqualTo(2_001));

            void Chain(WorkScope scope, int left)
            {
                Interlocked.Increment(ref count);
                if (left > 0)
                    scope.Spawn(() => Chain(scope, left - 1));
                if (left % 10 == 0)
                    pool.Run<Fib, long>(new Fib(10));
            }
        }
    }

    [TestCase(1)]
    [TestCase(4)]
    public void For_Cancelled_StopsWithinTwoChunksPerWorker(int threads)
    {
        using var pool = new WorkPool(threads);
        using var source = new CancellationTokenSource();
        var chunks = 0;
        Assert.Throws<OperationCanceledException>(() => pool.ForRange(
            0, int.MaxValue, 1000, new CountAfterCancel(source, () => Interlocked.Increment(ref chunks)), source.Token));
        Assert.That(chunks, Is.LessThanOrEqualTo(2 * threads));
    }

    [Test]
    public void Broadcast_EachWorker_RunsItOnce()
    {
        using var pool = new WorkPool(4);
        for (var i = 0; i < 50; i++)
        {
            Assert.That(pool.Broadcast(worker => worker), Is.EqualTo(new[] { 0, 1, 2, 3 }));
            Assert.That(pool.Run(() => pool.Broadcast(_ => Environment.CurrentManagedThreadId)).Distinct().Count(), Is.EqualTo(4));
        }
    }

    [Test]
    public void Processors_Pinned_WorkersStayThere()
    {
        using var pool = new WorkPool(new WorkPoolOptions { Threads = 2, Processors = [0] });
        var seen = pool.Broadcast(_ => Gabbro.Platform.Threading.ThreadAffinity.Get().Count);
        Assert.That(seen, Is.All.EqualTo(1));
    }

    [Test]
    public void Statistics_AfterWork_CountIt()
    {
        using var pool = new WorkPool(new WorkPoolOptions { Threads = 2, Name = "counted" });
        pool.Scope(scope =>
        {
            for (var i = 0; i < 100; i++)
                scope.Spawn(() => Thread.SpinWait(100));
        });
        var measured = new Dictionary<string, long>();
        using var listener = new MeterListener();
        listener.InstrumentPublished = (instrument, l) =>
        {
            if (instrument.Meter.Name == "Gabbro.Scheduler")
                l.EnableMeasurementEvents(instrument);
        };
        listener.SetMeasurementEventCallback<long>((instrument, value, tags, _) =>
        {
            foreach (var tag in tags)
            {
                if (Equals(tag.Value, "counted"))
                    measured[instrument.Name] = value;
            }
        });
        listener.Start();
        listener.RecordObservableInstruments();
        Assert.Multiple(() =>
        {
            Assert.That(pool.GetStatistics().Jobs, Is.GreaterThanOrEqualTo(101));
            Assert.That(measured["gabbro.scheduler.jobs"], Is.GreaterThanOrEqualTo(101));
            Assert.That(measured.Keys, Does.Contain("gabbro.scheduler.queue.length"));
        });
    }

    [Test]
    public void Pools_SideBySideAndNested_DoNotWaitForEachOther()
    {
        using var a = new WorkPool(2);
        using var b = new WorkPool(2);
        var sum = 0L;
        a.For(0, 100, _ => Interlocked.Add(ref sum, b.Run<Fib, long>(new Fib(10))));
        Assert.That(sum, Is.EqualTo(5500));
    }

    private readonly struct CountAfterCancel(CancellationTokenSource source, Action count) : IRangeAction
    {
        public void Invoke(int from, int to)
        {
            if (source.IsCancellationRequested)
                count();
            else if (from > 100_000)
                source.Cancel();
        }
    }

    /// <summary>A comb: each level forks a leaf and goes on, which is the deepest a tree of its size can be.</summary>
    private readonly struct Uneven(int depth) : IForkJob<long>
    {
        public long Run(ForkContext context)
        {
            if (depth == 0)
                return 1;
            var (a, b) = context.Join<Uneven, Fib, long, long>(new Uneven(depth - 1), new Fib(1));
            return a + b;
        }
    }
}
