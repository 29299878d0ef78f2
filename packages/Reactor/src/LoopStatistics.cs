namespace Gabbro.Reactor;

/// <summary>What a loop has done since it was made. A copy; the loop counts on without it.</summary>
/// <param name="Turns">Passes through the phases.</param>
/// <param name="Polls">Turns that asked the system for events.</param>
/// <param name="Waits">Polls that were allowed to sleep.</param>
/// <param name="Events">Readiness events and completions handled.</param>
/// <param name="TimersFired">Timers that expired.</param>
/// <param name="CallbacksRun">Posted callbacks and continuations that ran.</param>
/// <param name="Wakeups">Times another thread had to wake the loop.</param>
/// <param name="Postponed">Operations put off to the next turn because their socket had used up its share.</param>
/// <param name="PendingTimers">Timers started and neither expired nor cancelled.</param>
/// <param name="OpenDevices">Sockets, listeners and pipes registered with the loop.</param>
/// <param name="BusyTime">Time between waking and going to sleep, summed up.</param>
/// <param name="LongestTurn">The longest time between waking and going to sleep.</param>
public readonly record struct LoopStatistics(
    long Turns,
    long Polls,
    long Waits,
    long Events,
    long TimersFired,
    long CallbacksRun,
    long Wakeups,
    long Postponed,
    int PendingTimers,
    int OpenDevices,
    TimeSpan BusyTime,
    TimeSpan LongestTurn);
