namespace Gabbro.Reactor;

/// <summary>The system interface a loop waits on.</summary>
public enum BackendKind : byte
{
    /// <summary>The best one that works here: epoll on Linux, kqueue on macOS and the BSDs, completion ports on Windows.</summary>
    Auto,

    /// <summary>Readiness from epoll, edge triggered. Linux.</summary>
    Epoll,

    /// <summary>
    /// Completions of an io_uring: accepts, receives, sends and connects are entries, submitted together with the wait. Linux,
    /// where not forbidden; chosen only by name, because on loopback it measures about like epoll and takes more memory.
    /// </summary>
    IoUring,

    /// <summary>Readiness from kqueue. macOS and the BSDs.</summary>
    Kqueue,

    /// <summary>Readiness of sockets from AFD polls that complete through an I/O completion port. Windows.</summary>
    Iocp,

    /// <summary>A simulated clock and network, driven by a seed: for tests.</summary>
    Simulated,
}
