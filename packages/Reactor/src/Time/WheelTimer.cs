namespace Gabbro.Reactor.Time;

/// <summary>
/// One pending deadline, linked into a <see cref="TimerWheel"/> by itself: starting and cancelling allocate nothing.
/// Derive from it to put a deadline inside an object that exists anyway (a connection, a request).
/// </summary>
/// <remarks>Not thread safe: an entry belongs to the thread that drives its wheel.</remarks>
public abstract class WheelTimer
{
    /// <summary>Marks an entry that is in no list.</summary>
    internal const short Unlinked = -1;

    internal WheelTimer? Next;
    internal WheelTimer? Previous;

    /// <summary>When the timer is really due, in ticks. May be later than <see cref="Placed"/> after a cheap re-arm.</summary>
    internal long DueTick;

    /// <summary>The tick the entry was filed under; the wheel looks at it no later than this.</summary>
    internal long Placed;

    /// <summary>The index of the list that holds the entry, or <see cref="Unlinked"/>.</summary>
    internal short List = Unlinked;

    /// <summary>Cancelled while linked: the entry stays where it is filed until somebody comes by, and does not count.</summary>
    internal bool IsCanceled;

    /// <summary>The place among the cancelled entries the wheel remembers, plus one; 0 for none.</summary>
    internal int CanceledAt;

    /// <summary>True from <see cref="TimerWheel.Start"/> until the timer fires or is cancelled.</summary>
    public bool IsPending => List != Unlinked && !IsCanceled;

    /// <summary>The tick at which the timer is due; meaningful while <see cref="IsPending"/>.</summary>
    public long Deadline => DueTick;

    /// <summary>Called by whoever drives the wheel when the deadline has passed. The entry is unlinked by then and may be started again.</summary>
    protected internal abstract void OnExpired();
}
