namespace Gabbro.Scheduler.Reclamation;

/// <summary>Keeps a participant pinned until disposed, once, by the thread that pinned.</summary>
public readonly struct EpochGuard : IDisposable
{
    private readonly EpochParticipant? _participant;

    internal EpochGuard(EpochParticipant participant) => _participant = participant;

    /// <summary>Ends the pin.</summary>
    public void Dispose() => _participant?.Unpin();
}
