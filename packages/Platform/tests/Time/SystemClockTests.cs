using Gabbro.Platform.Time;

namespace Gabbro.Platform.Tests.Time;

public sealed class SystemClockTests
{
    [Test]
    public void Clocks_EveryKind_RunForward()
    {
        foreach (ClockKind kind in Enum.GetValues<ClockKind>())
        {
            long first = SystemClock.GetNanoseconds(kind);
            Assert.That(SystemClock.GetResolution(kind), Is.GreaterThan(0));
            Assert.That(SystemClock.GetNanoseconds(kind), Is.GreaterThanOrEqualTo(first));
        }
        double apart = Math.Abs((SystemClock.UtcNow.ToDateTimeOffset() - DateTimeOffset.UtcNow).TotalSeconds);
        Assert.That(apart, Is.LessThan(5));
        Assert.Throws<ArgumentOutOfRangeException>(() => SystemClock.GetNanoseconds((ClockKind)99));
    }

    [Test]
    public void Sleep_AnyDuration_IsNeverShort()
    {
        foreach (int microseconds in new[] { 0, 1, 50, 700, 3000 })
        {
            long start = MonotonicClock.Nanoseconds;
            MonotonicClock.Sleep(TimeSpan.FromMicroseconds(microseconds));
            Assert.That(MonotonicClock.Nanoseconds - start, Is.GreaterThanOrEqualTo(microseconds * 1000L));
        }
        MonotonicClock.SleepUntil(MonotonicClock.Nanoseconds - 1);
        Assert.Throws<ArgumentOutOfRangeException>(() => MonotonicClock.Sleep(TimeSpan.FromTicks(-1)));
    }

    [Test]
    public void Timer_Periodic_CountsExpirations()
    {
        using TimerHandle timer = new();
        Assert.That(timer.TryRead(out _), Is.False);
        timer.Start(TimeSpan.FromMilliseconds(2), TimeSpan.FromMilliseconds(2));
        long seen = 0;
        while (seen < 3)
        {
            MonotonicClock.Sleep(TimeSpan.FromMilliseconds(1));
            if (timer.TryRead(out long expirations))
                seen += expirations;
        }
        timer.Stop();
        Assert.That(timer.TryRead(out _), Is.False);
        Assert.Throws<ArgumentOutOfRangeException>(() => timer.Start(TimeSpan.Zero));
    }

    [Test]
    public void UnixTimestamp_Conversions_RoundTrip()
    {
        Assert.Multiple(() =>
        {
            UnixTimestamp before = UnixTimestamp.FromDateTimeOffset(DateTimeOffset.UnixEpoch.AddTicks(-1));
            Assert.That(before, Is.EqualTo(new UnixTimestamp(-1, 999_999_900)));
            Assert.That(before < default(UnixTimestamp));
            Assert.That(UnixTimestamp.FromWindows(before.ToWindows()), Is.EqualTo(before));
            Assert.That(before.ToDateTimeOffset(), Is.EqualTo(DateTimeOffset.UnixEpoch.AddTicks(-1)));
            Assert.That(before.ToString(), Is.EqualTo("-1.999999900"));
            Assert.Throws<ArgumentOutOfRangeException>(() => _ = new UnixTimestamp(0, 1_000_000_000));
            Assert.Throws<ArgumentOutOfRangeException>(() => new UnixTimestamp(long.MaxValue, 0).ToDateTimeOffset());
        });
    }
}
