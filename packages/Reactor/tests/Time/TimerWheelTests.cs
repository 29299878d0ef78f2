using System.Runtime.CompilerServices;
using Gabbro.Reactor.Time;

namespace Gabbro.Reactor.Tests.Time;

public sealed class TimerWheelTests
{
    [Test]
    public void TakeExpired_RandomStartsAndCancels_FiresWhatAModelFires()
    {
        ulong seed = TestEffort.Seed();
        for (int round = 0; round < 60 * TestEffort.Factor; round++)
            CompareWithModel(new Random((int)(seed + (ulong)round)));
    }

    [Test]
    public void TakeExpired_SameTick_KeepsTheOrderOfStarts()
    {
        TimerWheel wheel = new(1_000_000);
        List<int> fired = [];

        // Started at different distances, so that some were filed on high levels and moved down and some were not.
        Recorder[] timers = [.. Enumerable.Range(0, 64).Select(i => new Recorder(i, fired))];
        long tick = 1_000_000 + 70_000;
        foreach (Recorder timer in timers)
        {
            wheel.Start(timer, tick);
            wheel.Advance(wheel.Now + 1000);
        }

        wheel.Advance(tick - 1);
        Assert.That(wheel.TakeExpired(), Is.Null);
        wheel.Advance(tick);
        Fire(wheel);
        Assert.That(fired, Is.EqualTo(Enumerable.Range(0, 64)));
    }

    [Test]
    public void TakeExpired_TimerThatStartsItselfAgainWithNoDelay_WaitsForTheNextAdvance()
    {
        TimerWheel wheel = new();
        int count = 0;
        Callback? timer = null;
        timer = new Callback(() =>
        {
            count++;
            wheel.Start(timer!, wheel.Now);
        });
        wheel.Start(timer, 0);
        for (int i = 1; i <= 3; i++)
        {
            wheel.Advance(0);
            Fire(wheel);
            Assert.That(count, Is.EqualTo(i));
        }
    }

    [Test]
    public void TakeExpired_TimerCanceledByAnotherOfTheSameTick_DoesNotFire()
    {
        TimerWheel wheel = new();
        bool fired = false;
        Callback second = new(() => fired = true);
        wheel.Start(new Callback(() => Assert.That(wheel.Cancel(second), Is.True)), 5);
        wheel.Start(second, 5);
        wheel.Advance(10);
        Fire(wheel);
        Assert.Multiple(() =>
        {
            Assert.That(fired, Is.False);
            Assert.That(wheel.Count, Is.Zero);
        });
    }

    [Test]
    public void Start_ExpiredButNotTaken_MovesTheDeadline()
    {
        TimerWheel wheel = new();
        List<int> fired = [];
        Recorder timer = new(1, fired);
        wheel.Start(timer, 5);
        wheel.Advance(6);
        wheel.Start(timer, 100);
        Fire(wheel);
        Assert.That(fired, Is.Empty);
        wheel.Advance(100);
        Fire(wheel);
        Assert.That(fired, Has.Count.EqualTo(1));
    }

    [Test]
    public void Start_PastTheHorizon_FiresAtItsTick()
    {
        TimerWheel wheel = new(123);
        List<int> fired = [];
        long far = 123 + (1L << 36) * 3 + 17;
        wheel.Start(new Recorder(1, fired), far);
        long steps = 0;
        while (wheel.NextEvent() is var next && next < far)
        {
            wheel.Advance(next);
            Fire(wheel);
            Assert.That(fired, Is.Empty);
            Assert.That(++steps, Is.LessThan(100));
        }

        wheel.Advance(far);
        Fire(wheel);
        Assert.That(fired, Has.Count.EqualTo(1));
    }

    [Test]
    public void Start_Million_AllocatesNothing()
    {
        TimerWheel wheel = new();
        List<int> fired = [];
        Recorder[] timers = [.. Enumerable.Range(0, 10_000).Select(i => new Recorder(i, fired))];
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int round = 0; round < 100; round++)
        {
            for (int i = 0; i < timers.Length; i++)
                wheel.Start(timers[i], wheel.Now + 1 + (i * 7919L) % 100_000);
            foreach (Recorder timer in timers)
                wheel.Cancel(timer);
        }

        long allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        Assert.That(allocated, Is.Zero);
        Assert.That(wheel.NextEvent(), Is.EqualTo(long.MaxValue));
    }

    [Test]
    public void Cancel_MoreThanAreRemembered_UnlinksTheOldest()
    {
        TimerWheel wheel = new();
        List<int> fired = [];
        Recorder[] timers = [.. Enumerable.Range(0, 40_000).Select(i => new Recorder(i, fired))];
        for (int round = 0; round < 3; round++)
        {
            for (int i = 0; i < timers.Length; i++)
                wheel.Start(timers[i], 1000 + i % 777);
            for (int i = 0; i < timers.Length; i++)
                Assert.That(wheel.Cancel(timers[i]), Is.True);
            Assert.That(wheel.Count, Is.Zero);
            Assert.That(timers.Count(timer => timer.List != WheelTimer.Unlinked), Is.EqualTo(16 * 1024));
        }

        wheel.Start(timers[^1], 1500);
        wheel.Start(timers[0], 1500);
        Assert.That(wheel.Remove(timers[^2]), Is.False);
        Assert.That(timers[^2].List, Is.EqualTo(WheelTimer.Unlinked));
        wheel.Advance(5000);
        Fire(wheel);
        Assert.That(fired, Is.EquivalentTo((int[])[timers.Length - 1, 0]));
        Assert.That(timers, Has.All.Matches<Recorder>(timer => timer.List == WheelTimer.Unlinked));
    }

    [Test]
    public void Remove_CanceledTimer_IsNotKeptAlive()
    {
        TimerWheel wheel = new();
        WeakReference kept = StartAndEnd(wheel, static (wheel, timer) => wheel.Cancel(timer));
        WeakReference gone = StartAndEnd(wheel, static (wheel, timer) =>
        {
            wheel.Cancel(timer);
            wheel.Remove(timer);
        });
        GC.Collect();
        GC.WaitForPendingFinalizers();
        GC.Collect();
        Assert.That(gone.IsAlive, Is.False);
        Assert.That(kept.IsAlive, Is.True, "the wheel still knows where it is filed");
        GC.KeepAlive(wheel);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static WeakReference StartAndEnd(TimerWheel wheel, Action<TimerWheel, WheelTimer> end)
    {
        Recorder timer = new(1, []);
        wheel.Start(timer, 100);
        end(wheel, timer);
        return new WeakReference(timer);
    }

    [Test]
    public void NextEvent_OnlyCanceledTimers_WakesNobody()
    {
        TimerWheel wheel = new();
        Callback timer = new(() => { });
        wheel.Start(timer, 100);
        wheel.Cancel(timer);
        Assert.That(wheel.NextEvent(), Is.EqualTo(long.MaxValue));
        wheel.Start(timer, 50);
        Assert.That(wheel.NextEvent(), Is.LessThanOrEqualTo(50), "an earlier deadline than it was filed under");
    }

    private static void CompareWithModel(Random random)
    {
        long start = random.NextInt64(1L << random.Next(1, 50));
        TimerWheel wheel = new(start);
        List<int> fired = [];
        Recorder[] timers = [.. Enumerable.Range(0, 200).Select(i => new Recorder(i, fired))];
        Dictionary<int, long> model = [];
        for (int step = 0; step < 400; step++)
        {
            int i = random.Next(timers.Length);
            switch (random.Next(4))
            {
                case 0 or 1:
                    long deadline = wheel.Now + random.NextInt64(1L << random.Next(1, 40)) - 3;
                    wheel.Start(timers[i], deadline);
                    model[i] = deadline;
                    break;
                case 2:
                    Assert.That(random.Next(4) == 0 ? wheel.Remove(timers[i]) : wheel.Cancel(timers[i]), Is.EqualTo(model.Remove(i)));
                    Assert.That(timers[i].IsPending, Is.False);
                    break;
                default:
                    long now = random.Next(3) == 0 && wheel.NextEvent() is var next && next != long.MaxValue
                        ? next : wheel.Now + random.NextInt64(1L << random.Next(1, 40));
                    int[] due = [.. model.Where(entry => entry.Value <= now).Select(entry => entry.Key)];
                    long earliest = model.Count == 0 ? long.MaxValue : model.Values.Min();
                    Assert.That(wheel.NextEvent(), Is.LessThanOrEqualTo(Math.Max(earliest, wheel.Now)));
                    long before = wheel.Now;
                    wheel.Advance(now);
                    fired.Clear();
                    Fire(wheel);
                    Assert.That(fired, Is.EquivalentTo(due), () => string.Join(";", due.Except(fired).Select(d => $"due {model[d]} placed {timers[d].Placed} list {timers[d].List} from {before} now {now}")));
                    foreach (int index in due)
                        model.Remove(index);
                    break;
            }

            Assert.That(wheel.Count, Is.EqualTo(model.Count));
        }
    }

    private static void Fire(TimerWheel wheel)
    {
        while (wheel.TakeExpired() is { } timer)
            timer.OnExpired();
    }

    private sealed class Recorder(int id, List<int> fired) : WheelTimer
    {
        protected internal override void OnExpired() => fired.Add(id);
    }

    private sealed class Callback(Action action) : WheelTimer
    {
        protected internal override void OnExpired() => action();
    }
}
