using Gabbro.Platform.Native;
using Gabbro.Platform.Native.Darwin;
using Gabbro.Platform.Polling;

namespace Gabbro.Platform.Tests.Polling;

/// <summary>The macOS poller against a model of its calls: this checks our side of the contract, not the kernel's. The
/// model stands under the calls of a Unix, which Windows never makes.</summary>
public sealed class KqueuePollerTests
{
    private readonly PollEvent[] _events = new PollEvent[8];

    [Test]
    public void Wait_LevelTriggered_ReportsWhileReady()
    {
        if (Host.IsWindows) return;
        using FakeKqueue kernel = new();
        using ReadinessPoller poller = new();
        Assert.That(poller.Mechanism, Is.EqualTo("kqueue"));
        poller.Add(5, 42, PollInterest.Readable);
        Assert.That(kernel.Filters, Is.EqualTo(1));
        Assert.That(poller.Wait(_events, TimeSpan.Zero), Is.Zero);
        kernel.SetReady(5, SysEvent.EVFILT_READ, true);
        for (int i = 0; i < 3; i++)
        {
            Assert.That(poller.Wait(_events, TimeSpan.Zero), Is.EqualTo(1));
            Assert.That(_events[0], Is.EqualTo(new PollEvent(42, PollReadiness.Readable)));
        }

        kernel.SetReady(5, SysEvent.EVFILT_READ, false);
        Assert.That(poller.Wait(_events, TimeSpan.Zero), Is.Zero);
    }

    [Test]
    public void Wait_EdgeTriggered_ReportsEachChangeOnce()
    {
        if (Host.IsWindows) return;
        using FakeKqueue kernel = new();
        using ReadinessPoller poller = new();
        poller.Add(5, 1, PollInterest.Readable | PollInterest.Writable | PollInterest.EdgeTriggered);
        Assert.That(kernel.Filters, Is.EqualTo(2));
        for (int round = 0; round < 3; round++)
        {
            kernel.SetReady(5, SysEvent.EVFILT_READ, true);
            Assert.That(poller.Wait(_events, TimeSpan.Zero), Is.EqualTo(1));
            Assert.That(poller.Wait(_events, TimeSpan.Zero), Is.Zero);
        }

        kernel.SetReady(5, SysEvent.EVFILT_READ, true);
        kernel.SetReady(5, SysEvent.EVFILT_WRITE, true);
        Assert.That(poller.Wait(_events, TimeSpan.Zero), Is.EqualTo(2), "one event for each direction");
    }

    [Test]
    public void Wait_OneShot_SilencesTheOtherDirectionToo()
    {
        if (Host.IsWindows) return;
        using FakeKqueue kernel = new();
        using ReadinessPoller poller = new();
        poller.Add(5, 1, PollInterest.Readable | PollInterest.Writable | PollInterest.OneShot);
        kernel.SetReady(5, SysEvent.EVFILT_READ, true);
        Assert.That(poller.Wait(_events, TimeSpan.Zero), Is.EqualTo(1));
        kernel.SetReady(5, SysEvent.EVFILT_WRITE, true);
        Assert.That(poller.Wait(_events, TimeSpan.Zero), Is.Zero);
        poller.Modify(5, 2, PollInterest.Writable | PollInterest.OneShot);
        kernel.SetReady(5, SysEvent.EVFILT_WRITE, true);
        Assert.That(poller.Wait(_events, TimeSpan.Zero), Is.EqualTo(1));
        Assert.That(_events[0], Is.EqualTo(new PollEvent(2, PollReadiness.Writable)));
    }

    [Test]
    public void Wait_EndAndError_AreTold()
    {
        if (Host.IsWindows) return;
        using FakeKqueue kernel = new();
        using ReadinessPoller poller = new();
        poller.Add(5, 1, PollInterest.Readable);
        poller.Add(6, 2, PollInterest.Writable);
        kernel.SetReady(5, SysEvent.EVFILT_READ, true, end: true);
        Assert.That(poller.Wait(_events, TimeSpan.Zero), Is.EqualTo(1));
        Assert.That(_events[0].Readiness, Is.EqualTo(PollReadiness.Readable | PollReadiness.ReadClosed));
        kernel.SetReady(5, SysEvent.EVFILT_READ, false);
        kernel.SetReady(6, SysEvent.EVFILT_WRITE, true, end: true, error: 61);
        Assert.That(poller.Wait(_events, TimeSpan.Zero), Is.EqualTo(1));
        Assert.That(_events[0].Readiness, Is.EqualTo(PollReadiness.Writable | PollReadiness.HangUp | PollReadiness.Error));
    }

    [Test]
    public void Modify_TakesFlagsAway_AndRemoveLeavesNothing()
    {
        if (Host.IsWindows) return;
        using FakeKqueue kernel = new();
        using ReadinessPoller poller = new();
        poller.Add(5, 1, PollInterest.Readable | PollInterest.Writable | PollInterest.EdgeTriggered);
        poller.Modify(5, 7, PollInterest.Readable);
        Assert.That(kernel.Filters, Is.EqualTo(1));
        kernel.SetReady(5, SysEvent.EVFILT_READ, true);
        Assert.That(poller.Wait(_events, TimeSpan.Zero), Is.EqualTo(1));
        Assert.That(poller.Wait(_events, TimeSpan.Zero), Is.EqualTo(1), "level-triggered now");
        Assert.That(poller.Remove(5).IsError, Is.False);
        Assert.That(kernel.Filters, Is.Zero);
        Assert.That(poller.Remove(5).Kind, Is.EqualTo(ErrorKind.NotFound));
        Assert.That(poller.TryModify(5, 1, PollInterest.Readable).Kind, Is.EqualTo(ErrorKind.NotFound));
    }

    [Test]
    public void Wake_AndInterruption_EndTheWaitQuietly()
    {
        if (Host.IsWindows) return;
        using FakeKqueue kernel = new();
        ReadinessPoller poller = new();
        poller.Wake();
        poller.Wake();
        Assert.That(poller.Wait(_events, TimeSpan.FromSeconds(1)), Is.Zero);
        kernel.InterruptNext = 1;
        Assert.That(poller.Wait(_events, TimeSpan.FromSeconds(1)), Is.Zero);
        kernel.InterruptNext = 1;
        poller.Add(5, 1, PollInterest.Readable);
        Assert.That(kernel.Filters, Is.EqualTo(1), "a change is carried through a signal");
        poller.Dispose();
        Assert.That(kernel.IsClosed, Is.True);
    }
}
