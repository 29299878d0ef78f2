namespace Gabbro.Platform.Polling;

/// <summary>One event of a <see cref="ReadinessPoller"/>.</summary>
/// <param name="Token">The caller's token of the registration.</param>
/// <param name="Readiness">What is ready.</param>
public readonly record struct PollEvent(ulong Token, PollReadiness Readiness)
{
    /// <summary>True when a read would not block: data, the end of the stream, a hang-up or an error.</summary>
    public bool IsReadable =>
        (Readiness & (PollReadiness.Readable | PollReadiness.ReadClosed | PollReadiness.HangUp | PollReadiness.Error)) != 0;

    /// <summary>True when a send would not block: room, a hang-up or an error.</summary>
    public bool IsWritable => (Readiness & (PollReadiness.Writable | PollReadiness.HangUp | PollReadiness.Error)) != 0;
}
