namespace Gabbro.Platform.Polling;

/// <summary>What a <see cref="PollEvent"/> reports.</summary>
[Flags]
public enum PollReadiness
{
    /// <summary>Nothing.</summary>
    None = 0,

    /// <summary>A read or accept will not block.</summary>
    Readable = 1,

    /// <summary>A send will not block, or a connect has ended.</summary>
    Writable = 2,

    /// <summary>The peer has shut down its sending half.</summary>
    ReadClosed = 4,

    /// <summary>Urgent data or an exceptional condition.</summary>
    Priority = 8,

    /// <summary>Both halves are closed.</summary>
    HangUp = 16,

    /// <summary>An error is pending on the descriptor.</summary>
    Error = 32,
}
