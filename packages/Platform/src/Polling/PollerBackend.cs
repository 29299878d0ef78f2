namespace Gabbro.Platform.Polling;

/// <summary>Readiness polling of one system behind <see cref="ReadinessPoller"/>.</summary>
internal abstract class PollerBackend
{
    internal abstract string Name { get; }

    /// <summary>True when an edge-triggered registration must be re-armed after a call that would block.</summary>
    internal abstract bool NeedsRearm { get; }

    internal abstract NativeError Add(nint descriptor, ulong token, PollInterest interest);

    internal abstract NativeError Modify(nint descriptor, ulong token, PollInterest interest);

    internal abstract NativeError Remove(nint descriptor);

    internal abstract void Rearm(nint descriptor);

    /// <summary>Waits and translates; nanoseconds below zero wait without end. Wake events are swallowed.</summary>
    internal abstract NativeError Wait(Span<PollEvent> events, long nanoseconds, out int count);

    internal abstract void Wake();

    internal abstract void Close();
}
