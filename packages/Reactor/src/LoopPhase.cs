namespace Gabbro.Reactor;

/// <summary>The phases of one turn of an <see cref="EventLoop"/>, in their order.</summary>
public enum LoopPhase : byte
{
    /// <summary>The loop is not in a turn.</summary>
    None,

    /// <summary>Timers whose deadline has passed.</summary>
    Timers,

    /// <summary>Callbacks posted by this thread and by others, continuations of tasks among them.</summary>
    Posted,

    /// <summary>Operations that had used up their socket's share of the turn before.</summary>
    Postponed,

    /// <summary>Waiting for the system, and handling what it reports.</summary>
    Poll,
}
