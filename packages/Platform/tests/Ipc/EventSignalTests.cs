using Gabbro.Platform.Ipc;
using Gabbro.Platform.Native;
using Gabbro.Platform.Polling;

namespace Gabbro.Platform.Tests.Ipc;

public sealed class EventSignalTests
{
    [Test]
    public void Set_ThenReset_IsSetOnce()
    {
        using EventSignal signal = EventSignal.Create();
        Assert.That(signal.Reset(), Is.False);
        signal.Set();
        signal.Set();
        Assert.That(signal.Wait(TimeSpan.Zero), Is.True);
        Assert.That(signal.Wait(Timeout.InfiniteTimeSpan), Is.True);
        Assert.That(signal.Reset(), Is.True);
        Assert.That(signal.Reset(), Is.False);
        Assert.That(signal.Wait(TimeSpan.FromMilliseconds(1)), Is.False);
    }

    [Test]
    public void Wait_SetByAnotherThread_Returns()
    {
        using EventSignal there = EventSignal.Create(), back = EventSignal.Create();
        int rounds = TestEffort.Scale(1000);
        Thread other = new(() =>
        {
            for (int i = 0; i < rounds; i++)
            {
                there.Wait(Timeout.InfiniteTimeSpan);
                there.Reset();
                back.Set();
            }
        });
        other.Start();
        for (int i = 0; i < rounds; i++)
        {
            there.Set();
            Assert.That(back.Wait(TimeSpan.FromSeconds(20)), Is.True);
            back.Reset();
        }

        other.Join();
    }

    [Test]
    public void Set_RegisteredWithPoller_IsReadable()
    {
        if (Host.IsWindows) return; // events are not sockets; the poller has its own wake
        using EventSignal signal = EventSignal.Create();
        using ReadinessPoller poller = new();
        PollEvent[] events = new PollEvent[1];
        poller.Add(signal, 3, PollInterest.Readable);
        Assert.That(poller.Wait(events, TimeSpan.Zero), Is.Zero);
        signal.Set();
        Assert.That(poller.Wait(events, TimeSpan.FromSeconds(20)), Is.EqualTo(1));
        signal.Reset();
        Assert.That(poller.Wait(events, TimeSpan.Zero), Is.Zero);
    }

    [Test]
    public void SetAndReset_AfterWarmUp_AllocateNothing()
    {
        using EventSignal signal = EventSignal.Create();
        AllocationProbe.AssertNone(() =>
        {
            signal.Set();
            signal.Reset();
        });
        signal.Dispose();
        Assert.Throws<ObjectDisposedException>(() => signal.Set());
        Assert.Throws<ObjectDisposedException>(() => signal.Wait(TimeSpan.Zero));
    }
}
