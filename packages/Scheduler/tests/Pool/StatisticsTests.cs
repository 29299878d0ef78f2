using System.Diagnostics.Metrics;
using System.Globalization;

using Gabbro.Scheduler.Algorithms;

namespace Gabbro.Scheduler.Tests.Pool;

/// <summary>The counters mean what they are named for, per worker and in the meter, and cost an idle pool nothing.</summary>
internal sealed class StatisticsTests
{
    [Test]
    public void QueueLengths_JobsWaiting_AreSeen()
    {
        using var pool = new WorkPool(1);
        using var started = new ManualResetEventSlim();
        using var go = new ManualResetEventSlim();
        pool.Post(() =>
        {
            for (var i = 0; i < 5; i++)
                pool.Post(() => { });
            started.Set();
            go.Wait();
        });
        started.Wait();
        for (var i = 0; i < 3; i++)
            pool.Post(() => { });
        var seen = pool.GetStatistics();
        go.Set();
        Assert.That((seen.InjectorLength, seen.Workers[0].QueueLength), Is.EqualTo((3, 5)));
    }

    [Test]
    public void Steals_ForkThatOnlyAThiefCanRun_AreCounted()
    {
        using var pool = new WorkPool(2);
        using var stolen = new ManualResetEventSlim();
        var before = pool.GetStatistics().Steals;
        pool.Join(stolen.Wait, stolen.Set);
        Assert.That(pool.GetStatistics().Steals - before, Is.GreaterThanOrEqualTo(1));
    }

    [Test]
    public void WakeUps_JobForASleepingPool_AreCounted()
    {
        using var pool = new WorkPool(2);
        AwaitSleep(pool);
        var before = pool.GetStatistics();
        pool.Run(() => { });
        AwaitSleep(pool);
        var after = pool.GetStatistics();
        Assert.That(after.WakeUps, Is.GreaterThan(before.WakeUps));
        Assert.That(after.Searching, Is.Zero);

        // Counted a moment after the worker is counted as sleeping.
        while (pool.GetStatistics().Parks <= before.Parks)
            Thread.Yield();
    }

    /// <summary>A worker asleep makes no context switch, whatever the rest of the process does: collections, another pool.</summary>
    [Test]
    public void IdlePool_RestOfTheProcessBusy_MakesNoContextSwitch()
    {
        if (!Directory.Exists("/proc/self/task"))
            return;
        using var idle = new WorkPool(new WorkPoolOptions { Threads = 4, Name = "unmoved" });
        using var busy = new WorkPool(2);
        idle.For(0, 1000, _ => Thread.SpinWait(100));
        AwaitSleep(idle);
        var before = ContextSwitches();

        // Counted as sleeping a moment before the kernel has put them to sleep: until two readings agree.
        for (var last = -1L; before != last;)
        {
            last = before;
            Thread.Yield();
            busy.For(0, 10_000, _ => Thread.SpinWait(10));
            before = ContextSwitches();
        }

        for (var i = 0; i < 20; i++)
        {
            busy.For(0, 10_000, _ => Thread.SpinWait(10));
            GC.Collect();
        }

        Assert.That(ContextSwitches() - before, Is.Zero);

        static long ContextSwitches() => (
            from task in Directory.GetDirectories("/proc/self/task")
            let lines = File.ReadAllLines(Path.Combine(task, "status"))
            where lines[0].Contains("unmoved", StringComparison.Ordinal)
            from line in lines
            where line.Contains("ctxt_switches", StringComparison.Ordinal)
            select long.Parse(line.AsSpan(line.IndexOf(':') + 1), CultureInfo.InvariantCulture)).Sum();
    }

    [Test]
    public void Meter_TwoPools_EachUnderItsNameUntilDisposed()
    {
        var first = new WorkPool(new WorkPoolOptions { Threads = 1, Name = "meter first" });
        var second = new WorkPool(new WorkPoolOptions { Threads = 1, Name = "meter second" });
        for (var i = 0; i < 7; i++)
            first.Run(() => { });
        for (var i = 0; i < 3; i++)
            second.Run(() => { });
        var read = Read();
        Assert.That((read["meter first"], read["meter second"]), Is.EqualTo((7L, 3L)));
        first.Dispose();
        Assert.That(Read().Keys, Does.Not.Contain("meter first").And.Contain("meter second"));
        second.Dispose();
        Assert.That(Read().Keys, Does.Not.Contain("meter second"));

        static Dictionary<string, long> Read()
        {
            var jobs = new Dictionary<string, long>();
            using var listener = new MeterListener();
            listener.InstrumentPublished = (instrument, l) =>
            {
                if (instrument.Name == "gabbro.scheduler.jobs")
                    l.EnableMeasurementEvents(instrument);
            };
            listener.SetMeasurementEventCallback<long>((_, value, tags, _) => jobs[(string)tags[0].Value!] = value);
            listener.Start();
            listener.RecordObservableInstruments();
            return jobs;
        }
    }

    private static void AwaitSleep(WorkPool pool)
    {
        while (pool.GetStatistics().Sleeping < pool.ThreadCount)
            Thread.Yield();
    }
}
