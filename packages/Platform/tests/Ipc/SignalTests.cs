using Gabbro.Platform.Ipc;
using Gabbro.Platform.Native;
using Gabbro.Platform.Polling;
using Gabbro.Platform.Processes;
using Gabbro.Platform.Tests.Processes;

namespace Gabbro.Platform.Tests.Ipc;

[NonParallelizable]
public sealed class SignalTests
{
    [Test]
    public void Listener_SignalToThisProcess_ReachesPollerAndHandler()
    {
        if (Host.IsWindows)
        {
            Assert.That(Signals.Send(Environment.ProcessId, Signal.User1).Kind, Is.EqualTo(ErrorKind.NotSupported));
            Assert.Throws<PlatformNotSupportedException>(() => _ = new SignalListener([Signal.User1]));
            return;
        }

        List<Signal> handled = [];
        using SignalListener listener = new([Signal.User1, Signal.WindowChange], s => { lock (handled) handled.Add(s); });
        using ReadinessPoller poller = new();
        PollEvent[] events = new PollEvent[1];
        poller.Add(listener.Ready, 1, PollInterest.Readable);
        Assert.That(listener.TryTake(out _), Is.False);
        foreach (Signal sent in (Signal[])[Signal.User1, Signal.WindowChange, Signal.User1])
        {
            Assert.That(Signals.Send(Environment.ProcessId, sent).IsError, Is.False);
            Assert.That(poller.Wait(events, TimeSpan.FromSeconds(20)), Is.EqualTo(1));
            Assert.That(listener.TryTake(out Signal got), Is.True);
            Assert.That(got, Is.EqualTo(sent));
            Assert.That(listener.TryTake(out _), Is.False);
        }

        Assert.That(() => { lock (handled) return handled.Count; }, Is.EqualTo(3).After(10_000, 10));
    }

    [Test]
    public void Queue_Value_ArrivesAtTheProcess()
    {
        NativeError error = Signals.Queue(Environment.ProcessId, Signal.None, 5);
        Assert.That(error.Kind, Is.EqualTo(Host.IsLinux ? ErrorKind.None : ErrorKind.NotSupported));
        if (!Host.IsLinux) return;
        using ChildProcess child = ChildProcess.Start(Shell.Forever());
        Assert.That(Signals.Queue(child.Id, Signal.Terminate, 5).IsError, Is.False);
        Assert.That(child.Wait().Signal, Is.EqualTo(Signal.Terminate));
        Assert.Throws<ArgumentOutOfRangeException>(() => Signals.Queue(0, Signal.Terminate, 5));
        Assert.Throws<ArgumentOutOfRangeException>(() => Signals.Send(1, (Signal)99));
    }

    [Test]
    public void Listener_Uncatchable_Throws()
    {
        Assert.Throws<ArgumentException>(() => _ = new SignalListener([Signal.Kill]));
        Assert.Throws<ArgumentException>(() => _ = new SignalListener([Signal.Stop]));
        Assert.Throws<ArgumentException>(() => _ = new SignalListener([]));
    }

    [Test]
    public void Numbers_EverySignal_RoundTrips()
    {
        foreach (Signal signal in Enum.GetValues<Signal>())
            if (signal != Signal.None) Assert.That(SignalNumbers.FromNative(SignalNumbers.ToNative(signal)), Is.EqualTo(signal));
        Assert.That(SignalNumbers.FromNative(40), Is.Null);
        Assert.That(ExitStatus.Killed(9).Signal, Is.EqualTo(Signal.Kill));
        Assert.That(ExitStatus.Killed(40).ToString(), Is.EqualTo("signal 40"));
    }
}
