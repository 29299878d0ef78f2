namespace Gabbro.Platform.Polling;

/// <summary>What a registration with a <see cref="ReadinessPoller"/> waits for, and how it is told.</summary>
[Flags]
public enum PollInterest
{
    /// <summary>Errors and hang-ups alone, which are always reported.</summary>
    None = 0,

    /// <summary>Data, a connection to accept, or the end of the stream.</summary>
    Readable = 1,

    /// <summary>Room to send, or the end of a pending connect.</summary>
    Writable = 2,

    /// <summary>The peer has shut down its sending half (<c>EPOLLRDHUP</c>).</summary>
    ReadClosed = 4,

    /// <summary>Urgent data, or an exceptional condition such as a change of a cgroup file (<c>EPOLLPRI</c>).</summary>
    Priority = 8,

    /// <summary>Report each change once instead of the state at every wait. After an event, read or write until the call
    /// would block; where <see cref="ReadinessPoller.NeedsRearm"/> says so, call <see cref="ReadinessPoller.Rearm"/> then.</summary>
    EdgeTriggered = 16,

    /// <summary>Report one event, then nothing until <see cref="ReadinessPoller.TryModify"/>.</summary>
    OneShot = 32,

    /// <summary>When several pollers watch one socket, wake one of them, not all (<c>EPOLLEXCLUSIVE</c>, Linux); elsewhere of
    /// no effect.</summary>
    Exclusive = 64,
}
