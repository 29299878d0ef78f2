namespace Gabbro.Platform.Sockets;

/// <summary>Flags of one send or receive. Values are this package's own and are translated for the running system; a flag
/// that the system does not have throws <see cref="PlatformNotSupportedException"/>.</summary>
[Flags]
public enum MessageFlags
{
    /// <summary>A plain send or receive. Sends never raise <c>SIGPIPE</c>.</summary>
    None = 0,

    /// <summary>Receive without taking the data from the queue (<c>MSG_PEEK</c>).</summary>
    Peek = 1,

    /// <summary>Send or receive urgent data (<c>MSG_OOB</c>).</summary>
    OutOfBand = 2,

    /// <summary>Block until the buffer is full (<c>MSG_WAITALL</c>); of no effect on a non-blocking socket.</summary>
    WaitAll = 4,

    /// <summary>This one call does not block, whatever the mode of the socket (<c>MSG_DONTWAIT</c>); Unix systems.</summary>
    DontWait = 8,

    /// <summary>More data follows at once: hold back a partial segment (<c>MSG_MORE</c>); Linux.</summary>
    More = 16,

    /// <summary>Receive: return the true length of a datagram even when the buffer was shorter (<c>MSG_TRUNC</c>); Linux.</summary>
    TrueLength = 32,

    /// <summary>Receive from the error queue (<c>MSG_ERRQUEUE</c>); Linux.</summary>
    ErrorQueue = 64,

    /// <summary>Send without routing (<c>MSG_DONTROUTE</c>).</summary>
    DontRoute = 128,

    /// <summary>Send from the caller's pages without a copy; completion is reported on the error queue
    /// (<c>MSG_ZEROCOPY</c>); Linux, after <see cref="SocketOption.ZeroCopy"/> was set.</summary>
    ZeroCopy = 256,

    /// <summary>Connect and send in one call (<c>MSG_FASTOPEN</c>); Linux.</summary>
    FastOpen = 512,

    /// <summary>Result of a receive: the datagram was longer than the buffer (<c>MSG_TRUNC</c>).</summary>
    Truncated = 1 << 16,

    /// <summary>Result of a receive: control messages did not fit (<c>MSG_CTRUNC</c>).</summary>
    ControlTruncated = 1 << 17,

    /// <summary>Result of a receive: the end of a record (<c>MSG_EOR</c>).</summary>
    EndOfRecord = 1 << 18,
}
