using System.Numerics;

namespace Gabbro.Reactor.Time;

/// <summary>
/// A hierarchical timing wheel: start and cancel in constant time whatever the number of pending timers, in the order of
/// their ticks when they expire.
/// </summary>
/// <remarks>
/// <para>After G. Varghese and T. Lauck, "Hashed and Hierarchical Timing Wheels", SOSP 1987, scheme 7: six levels of 64
/// slots; level <c>n</c> holds what differs from the present first in its <c>n</c>-th group of six bits. A slot of level
/// <c>n</c> spans 64ⁿ ticks; when the present reaches its start, its entries move down. An entry therefore moves at most
/// five times in its life. Deadlines past 64⁶ ticks (two years of milliseconds) wait in the top level and are filed again
/// when it comes round.</para>
/// <para>Timers of the same tick expire in the order they were started: lists grow at their head and are emptied from their
/// tail, and whatever was filed on a higher level is moved down before anything can be filed on the lower one for the same
/// tick. A timer whose deadline was moved takes the place it has when the wheel comes by.</para>
/// <para>Cancelling is lazy: the entry is marked and stays where it is filed, because the usual next thing is to start it again
/// for a later tick, which then is a write of its deadline. The wheel remembers the latest <see cref="MostCanceled"/> cancelled
/// entries and unlinks older ones, so no more than those are kept alive by it; <see cref="Remove"/> keeps none.</para>
/// <para>The wheel has no clock and no thread: whoever owns it says what time it is, so the same code runs on a real
/// clock and on a simulated one. Not thread safe. Nothing allocates after construction.</para>
/// </remarks>
public sealed class TimerWheel
{
    private const int BitsPerLevel = 6;
    private const int SlotsPerLevel = 1 << BitsPerLevel;
    private const int Levels = 6;
    private const long SlotMask = SlotsPerLevel - 1;

    /// <summary>Entries started with a deadline that has already passed: they expire at the next advance.</summary>
    private const int OverdueList = Levels * SlotsPerLevel;

    /// <summary>Entries whose time has come and that wait for <see cref="TakeExpired"/>.</summary>
    private const int ExpiredList = OverdueList + 1;

    /// <summary>The farthest an entry can be filed ahead of the present without two deadlines sharing a slot of the top level.</summary>
    private const long Horizon = 1L << (BitsPerLevel * Levels);

    /// <summary>
    /// Cancelled entries that stay linked at most, a power of two: 128 KiB of references a wheel, more than the timers of ten
    /// thousand connections.
    /// </summary>
    private const int MostCanceled = 16 * 1024;

    /// <summary>Heads of lists; the newest entry comes first, but in the list of expired ones, which is in the order of expiry.</summary>
    private readonly WheelTimer?[] _heads = new WheelTimer?[ExpiredList + 1];

    /// <summary>A ring of cancelled entries, and of some that were started again since.</summary>
    private readonly Entry[] _canceled = new Entry[MostCanceled];

    /// <summary>One bit a slot: set exactly when the slot's list is not empty.</summary>
    private readonly ulong[] _occupied = new ulong[Levels];

    private WheelTimer? _expiredTail;
    private int _nextCanceled;
    private int _count;
    private long _now;

    /// <summary>Makes an empty wheel standing at <paramref name="now"/>.</summary>
    /// <param name="now">The present, in ticks of whatever length the owner chooses.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="now"/> is negative.</exception>
    public TimerWheel(long now = 0)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(now);
        _now = now;
    }

    /// <summary>The tick of the latest <see cref="Advance"/>.</summary>
    public long Now => _now;

    /// <summary>How many timers are pending, those that expired and were not taken yet included.</summary>
    public int Count => _count;

    /// <summary>True when <see cref="TakeExpired"/> would give a timer.</summary>
    public bool HasExpired => _heads[ExpiredList] is not null;

    /// <summary>
    /// Starts a timer, or moves the deadline of one that is pending. O(1), no allocation. Moving a pending deadline to a
    /// later tick only writes it down: the wheel finds out when it next looks at the entry.
    /// </summary>
    /// <param name="timer">The timer; it must not be pending in another wheel.</param>
    /// <param name="deadline">The tick to expire at. A tick that has passed expires at the next <see cref="Advance"/>.</param>
    /// <exception cref="ArgumentNullException"><paramref name="timer"/> is null.</exception>
    public void Start(WheelTimer timer, long deadline)
    {
        ArgumentNullException.ThrowIfNull(timer);

        // Filed, cancelled or not, and not to fire before it is looked at: only written down. One comparison tells both lists
        // an entry must leave from the slots: unlinked is -1, and an expired entry would fire although its deadline was moved.
        if ((uint)timer.List < OverdueList && deadline >= timer.Placed)
        {
            timer.DueTick = deadline;
            if (timer.IsCanceled)
            {
                timer.IsCanceled = false;
                _count++;
            }

            return;
        }

        StartAnew(timer, deadline);
    }

    /// <summary>
    /// Cancels a timer. O(1), no allocation. Meant for timers that are used again: the wheel may refer to the entry for a while
    /// longer; see <see cref="Remove"/>.
    /// </summary>
    /// <param name="timer">The timer.</param>
    /// <returns>True when it was pending and will not expire; false when there was nothing to cancel.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="timer"/> is null.</exception>
    public bool Cancel(WheelTimer timer)
    {
        ArgumentNullException.ThrowIfNull(timer);
        if (!timer.IsPending)
            return false;
        _count--;
        if (timer.List >= OverdueList)
        {
            Unlink(timer);
            return true;
        }

        timer.IsCanceled = true;
        if (timer.CanceledAt == 0)
            Remember(timer);
        return true;
    }

    /// <summary>
    /// Cancels a timer that will not be used again and unlinks it, so that the wheel does not keep it alive. O(1), no
    /// allocation.
    /// </summary>
    /// <param name="timer">The timer.</param>
    /// <returns>True when it was pending and will not expire; false when there was nothing to cancel.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="timer"/> is null.</exception>
    public bool Remove(WheelTimer timer)
    {
        ArgumentNullException.ThrowIfNull(timer);
        bool pending = timer.IsPending;
        if (pending)
            _count--;
        if (timer.List != WheelTimer.Unlinked)
            Unlink(timer);
        if (timer.CanceledAt != 0)
        {
            _canceled[timer.CanceledAt - 1].Timer = null;
            timer.CanceledAt = 0;
        }

        return pending;
    }

    /// <summary>
    /// The tick at which the wheel next has something to do: the owner sleeps until then and calls <see cref="Advance"/>.
    /// It is never later than the earliest deadline, and earlier when entries must first move down a level or were cancelled. O(1).
    /// </summary>
    /// <returns>The tick, or <see cref="long.MaxValue"/> when nothing is pending.</returns>
    public long NextEvent()
    {
        // Only cancelled entries are left: nobody need be woken to clear them away.
        if (Count == 0)
            return long.MaxValue;
        if (_heads[ExpiredList] is not null || _heads[OverdueList] is not null)
            return _now;
        for (int level = 0; level < Levels; level++)
        {
            if (_occupied[level] != 0)
                return NextSlotStart(level, out _);
        }

        return long.MaxValue;
    }

    /// <summary>
    /// Moves the present to <paramref name="now"/>; every timer whose deadline is not later becomes available to
    /// <see cref="TakeExpired"/>. Costs one step per occupied slot passed and per timer moved, however far the present moves.
    /// </summary>
    /// <param name="now">The new present. A value before <see cref="Now"/> changes nothing: time does not run backwards.</param>
    public void Advance(long now)
    {
        MoveOverdue();
        while (true)
        {
            int level = 0;
            while (level < Levels && _occupied[level] == 0)
                level++;
            if (level == Levels)
                break;
            long start = NextSlotStart(level, out int slot);
            if (start > now)
                break;
            if (start > _now)
                _now = start;
            Drain(level, slot);
        }

        if (now > _now)
            _now = now;
    }

    /// <summary>
    /// Takes the next timer that has expired; the caller then calls its <see cref="WheelTimer.OnExpired"/>. One at a time, so
    /// that what one timer does (starting, cancelling others, even itself) is seen by the next.
    /// </summary>
    /// <returns>The timer, no longer pending, or null when none is left. Timers started meanwhile wait for the next <see cref="Advance"/>.</returns>
    public WheelTimer? TakeExpired()
    {
        WheelTimer? timer = _heads[ExpiredList];
        if (timer is null)
            return null;
        Unlink(timer);
        _count--;
        return timer;
    }

    private void StartAnew(WheelTimer timer, long deadline)
    {
        if (timer.IsPending)
            _count--;
        if (timer.List != WheelTimer.Unlinked)
            Unlink(timer);
        timer.DueTick = deadline;
        Place(timer);
        _count++;
    }

    /// <summary>Files an entry by the highest group of six bits in which its tick differs from the present.</summary>
    private void Place(WheelTimer timer)
    {
        long tick = timer.DueTick;
        if (tick <= _now)
        {
            timer.Placed = _now;
            Push(timer, OverdueList);
            return;
        }

        // The clamp keeps the difference within the top level; the entry is filed again when its slot comes up.
        if (tick - _now >= Horizon)
            tick = _now + Horizon - 1;
        ulong difference = (ulong)(tick ^ _now);
        int level = difference >= (ulong)Horizon ? Levels - 1 : BitOperations.Log2(difference | 1) / BitsPerLevel;
        int slot = (int)((tick >> (level * BitsPerLevel)) & SlotMask);
        timer.Placed = tick;
        Push(timer, level * SlotsPerLevel + slot);
        _occupied[level] |= 1UL << slot;
    }

    /// <summary>The first tick of the next occupied slot of a level, in the order the present will reach them.</summary>
    private long NextSlotStart(int level, out int slot)
    {
        int shift = level * BitsPerLevel;
        int current = (int)((_now >> shift) & SlotMask);

        // The current slot comes last: what it holds lies a whole turn ahead. That happens on the top level only; below it,
        // an entry past the end of the level's turn differs from the present in a higher group of bits and is filed there.
        int ahead = BitOperations.TrailingZeroCount(BitOperations.RotateRight(_occupied[level], current + 1)) + 1;
        slot = (current + ahead) & (int)SlotMask;
        long levelSpan = SlotsPerLevel * (1L << shift);
        long start = (_now & ~(levelSpan - 1)) + ((long)slot << shift);
        return slot <= current ? start + levelSpan : start;
    }

    private void Drain(int level, int slot)
    {
        int list = level * SlotsPerLevel + slot;
        _occupied[level] &= ~(1UL << slot);
        WheelTimer? timer = TakeOldest(list);
        while (timer is not null)
        {
            WheelTimer? next = timer.Previous;
            if (timer.IsCanceled)
                Clear(timer);
            else if (timer.DueTick <= _now)
                AppendExpired(timer);
            else
                Place(timer);
            timer = next;
        }
    }

    private void MoveOverdue()
    {
        WheelTimer? timer = TakeOldest(OverdueList);
        while (timer is not null)
        {
            WheelTimer? next = timer.Previous;
            AppendExpired(timer);
            timer = next;
        }
    }

    /// <summary>Empties a list.</summary>
    /// <returns>Its oldest entry, from which <c>Previous</c> leads to the newest.</returns>
    private WheelTimer? TakeOldest(int list)
    {
        WheelTimer? timer = _heads[list];
        _heads[list] = null;
        while (timer?.Next is { } older)
            timer = older;
        return timer;
    }

    private void Push(WheelTimer timer, int list)
    {
        ref WheelTimer? head = ref _heads[list];
        timer.List = (short)list;
        timer.Previous = null;
        timer.Next = head;
        if (head is not null)
            head.Previous = timer;
        head = timer;
    }

    private void AppendExpired(WheelTimer timer)
    {
        timer.List = ExpiredList;
        timer.Next = null;
        timer.Previous = _expiredTail;
        if (_expiredTail is null)
            _heads[ExpiredList] = timer;
        else
            _expiredTail.Next = timer;
        _expiredTail = timer;
    }

    private void Unlink(WheelTimer timer)
    {
        int list = timer.List;
        WheelTimer? next = timer.Next;
        WheelTimer? previous = timer.Previous;
        if (next is not null)
            next.Previous = previous;
        else if (list == ExpiredList)
            _expiredTail = previous;
        if (previous is not null)
        {
            previous.Next = next;
        }
        else
        {
            _heads[list] = next;
            if (next is null && list < OverdueList)
                _occupied[list >> BitsPerLevel] &= ~(1UL << (list & (int)SlotMask));
        }

        Clear(timer);
    }

    private static void Clear(WheelTimer timer)
    {
        timer.Next = null;
        timer.Previous = null;
        timer.List = WheelTimer.Unlinked;
        timer.IsCanceled = false;
    }

    /// <summary>Remembers a cancelled entry; when there are too many, the oldest is unlinked if it is still cancelled.</summary>
    private void Remember(WheelTimer timer)
    {
        ref Entry place = ref _canceled[_nextCanceled];
        if (place.Timer is { } oldest)
        {
            oldest.CanceledAt = 0;
            if (oldest.IsCanceled)
                Unlink(oldest);
        }

        place.Timer = timer;
        _nextCanceled = (_nextCanceled + 1) & (MostCanceled - 1);
        timer.CanceledAt = _nextCanceled == 0 ? MostCanceled : _nextCanceled;
    }

    /// <summary>A reference without the checks that arrays of a class need when written to.</summary>
    private struct Entry
    {
        public WheelTimer? Timer;
    }
}
