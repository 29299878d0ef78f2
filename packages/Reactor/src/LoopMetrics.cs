using System.Diagnostics.Metrics;

namespace Gabbro.Reactor;

/// <summary>
/// The meter "Gabbro.Reactor". Loops count in plain fields of their own; a listener adds them up when it looks, so loops
/// that nobody watches pay one increment an event.
/// </summary>
internal static class LoopMetrics
{
    private static readonly Lock Gate = new();
    private static readonly List<EventLoop> Loops = [];
    private static readonly Meter Meter = new("Gabbro.Reactor");

    static LoopMetrics()
    {
        Meter.CreateObservableCounter("gabbro.reactor.turns", () => Observe(static s => s.Turns), "{turn}", "Passes of a loop through its phases.");
        Meter.CreateObservableCounter("gabbro.reactor.events", () => Observe(static s => s.Events), "{event}", "Readiness events and completions handled.");
        Meter.CreateObservableCounter("gabbro.reactor.callbacks", () => Observe(static s => s.CallbacksRun), "{callback}", "Posted callbacks and continuations run.");
        Meter.CreateObservableCounter("gabbro.reactor.timers.fired", () => Observe(static s => s.TimersFired), "{timer}", "Timers that expired.");
        Meter.CreateObservableCounter("gabbro.reactor.wakeups", () => Observe(static s => s.Wakeups), "{wakeup}", "Times another thread woke a loop.");
        Meter.CreateObservableCounter("gabbro.reactor.busy", () => Observe(static s => (long)s.BusyTime.TotalMicroseconds), "us", "Time loops were not asleep.");
        Meter.CreateObservableUpDownCounter("gabbro.reactor.timers.pending", () => Observe(static s => s.PendingTimers), "{timer}", "Timers pending.");
        Meter.CreateObservableUpDownCounter("gabbro.reactor.devices", () => Observe(static s => s.OpenDevices), "{device}", "Sockets, listeners and pipes open.");
    }

    public static void Register(EventLoop loop)
    {
        lock (Gate)
            Loops.Add(loop);
    }

    public static void Unregister(EventLoop loop)
    {
        lock (Gate)
            Loops.Remove(loop);
    }

    private static List<Measurement<long>> Observe(Func<LoopStatistics, long> select)
    {
        lock (Gate)
            return [.. Loops.Select(loop => new Measurement<long>(select(loop.Statistics), new KeyValuePair<string, object?>("loop", loop.Name)))];
    }
}
