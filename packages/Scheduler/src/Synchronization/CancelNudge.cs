using Gabbro.Platform.Threading;

namespace Gabbro.Scheduler.Synchronization;

/// <summary>Makes a blocked wait on a word return when a token is cancelled.</summary>
/// <remarks>
/// The word must not change for a cancellation, so a single wake could fall between the waiter's look at the token and its
/// going to sleep. The callback therefore wakes until the waiter has said that it saw it; that takes a turn or two. The
/// waiter keeps the word pinned meanwhile.
/// </remarks>
internal sealed unsafe class CancelNudge : IDisposable
{
    private readonly int* _word;
    private readonly CancellationTokenRegistration _registration;
    private int _acknowledged;

    private CancelNudge(int* word, CancellationToken token)
    {
        _word = word;
        _registration = token.UnsafeRegister(static nudge => ((CancelNudge)nudge!).Wake(), this);
    }

    /// <summary>Null, and free, for a token that is never cancelled.</summary>
    public static CancelNudge? Create(int* word, CancellationToken token) =>
        token.CanBeCanceled ? new CancelNudge(word, token) : null;

    /// <summary>The wait is over, whatever ended it.</summary>
    public void Dispose()
    {
        Volatile.Write(ref _acknowledged, 1);
        _registration.Dispose();
    }

    private void Wake()
    {
        var spin = default(SpinWait);
        while (Volatile.Read(ref _acknowledged) == 0)
        {
            Futex.WakeAll(_word);
            spin.SpinOnce();
        }
    }
}
