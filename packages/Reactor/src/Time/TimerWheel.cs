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
/// <para>Timers of the same tick expire in the order they were started: lists are appended at their tail, and whatever was
/// filed on a higher level is moved down before anything can be filed on the lower one for the same tick.</para>
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

    /// <summary>Heads of circular lists; the head's <c>Previous</c> is the tail.</summary>
    private readonly WheelTimer?[] _heads = new WheelTimer?[ExpiredList + 1];

    /// <summary>One bit a slot: set exactly when the slot's list is not empty.</summary>
    private readonly ulong[] _occupied = new ulong[Levels];

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
    public int Count { get; private set; }

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
        if (timer.List != WheelTimer.Unlinked)
        {
            // An expired entry must leave its list: it would fire although its deadline was moved.
            if (deadline >= timer.Placed && timer.List < OverdueList)
            {
                timer.DueTick = deadline;
                return;
            }

            Unlink(timer);
            Count--;
        }

        timer.DueTick = deadline;
        Place(timer);
        Count++;
    }

    /// <summary>Cancels a timer. O(1), no allocation.</summary>
    /// <param name="timer">The timer.</param>
    /// <returns>True when it was pending and will not expire; false when there was nothing to cancel.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="timer"/> is null.</exception>
    public bool Cancel(WheelTimer timer)
    {
        ArgumentNullException.ThrowIfNull(timer);
        if (timer.List == WheelTimer.Unlinked)
            return false;
        Unlink(timer);
        Count--;
        return true;
    }

    /// <summary>
    /// The tick at which the wheel next has something to do: the owner sleeps until then and calls <see cref="Advance"/>.
    /// It is never later than the earliest deadline, and earlier when entries must first move down a level. O(1).
    /// </summary>
    /// <returns>The tick, or <see cref="long.MaxValue"/> when nothing is pending.</returns>
    public long NextEvent()
    {
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
        Count--;
        return timer;
    }

    /// <summary>Files an entry by the highest group of six bits in which its tick differs from the present.</summary>
    private void Place(WheelTimer timer)
    {
        long tick = timer.DueTick;
        if (tick <= _now)
        {
            timer.Placed = _now;
            Append(timer, OverdueList);
            return;
        }

        // The clamp keeps the difference within the top level; the entry is filed again when its slot comes up.
        if (tick - _now >= Horizon)
            tick = _now + Horizon - 1;
        ulong difference = (ulong)(tick ^ _now);
        int level = difference >= (ulong)Horizon ? Levels - 1 : BitOperations.Log2(difference | 1) / BitsPerLevel;
        int slot = (int)((tick >> (level * BitsPerLevel)) & SlotMask);
        timer.Placed = tick;
        Append(timer, level * SlotsPerLevel + slot);
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
        WheelTimer? timer = _heads[list];
        _heads[list] = null;
        if (timer is null)
            return;
        timer.Previous!.Next = null;
        while (timer is not null)
        {
            WheelTimer? next = timer.Next;
            if (timer.DueTick <= _now)
                Append(timer, ExpiredList);
            else
                Place(timer);
            timer = next;
        }
    }

    private void MoveOverdue()
    {
        WheelTimer? timer = _heads[OverdueList];
        if (timer is null)
            return;
        _heads[OverdueList] = null;
        timer.Previous!.Next = null;
        while (timer is not null)
        {
            WheelTimer? next = timer.Next;
            Append(timer, ExpiredList);
            timer = next;
        }
    }

    private void Append(WheelTimer timer, int list)
    {
        ref WheelTimer? head = ref _heads[list];
        timer.List = (short)list;
        if (head is null)
        {
            timer.Next = timer;
            timer.Previous = timer;
            head = timer;
            return;
        }

        WheelTimer tail = head.Previous!;
        timer.Previous = tail;
        timer.Next = head;
        tail.Next = timer;
        head.Previous = timer;
    }

    private void Unlink(WheelTimer timer)
    {
        int list = timer.List;
        if (ReferenceEquals(timer.Next, timer))
        {
            _heads[list] = null;
            if (list < OverdueList)
                _occupied[list >> BitsPerLevel] &= ~(1UL << (list & (int)SlotMask));
        }
        else
        {
            timer.Previous!.Next = timer.Next;
            timer.Next!.Previous = timer.Previous;
            if (ReferenceEquals(_heads[list], timer))
                _heads[list] = timer.Next;
        }

        timer.Next = null;
        timer.Previous = null;
        timer.List = WheelTimer.Unlinked;
    }
}
