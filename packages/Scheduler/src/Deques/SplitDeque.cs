using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

using Gabbro.Scheduler.Atomics;

namespace Gabbro.Scheduler.Deques;

/// <summary>
/// The index arithmetic of a split deque: slots below <c>tail</c> are stolen, [<c>tail</c>, <c>split</c>) may be stolen,
/// [<c>split</c>, <c>head</c>) belong to the owner alone, who pushes and pops there without any fence.
/// </summary>
/// <remarks>
/// After T. van Dijk and J. van de Pol, "Lace: Non-blocking Split Deque for Work-Stealing", 2014, with one change: tail
/// and split share a 64-bit word that only compare-and-swap changes, so reclaiming needs no store-load hand-shake with a
/// thief at all. The owner touches that word only when it shares or reclaims, which a recursion does a few times per
/// depth, not per fork.
/// Invariant: tail &lt;= split &lt;= head. A push below <see cref="AlwaysShared"/> and any push after a thief asked is shared.
/// Steals are lock-free and linearise at the compare-and-swap; owner pushes and pops are wait-free on the private part.
/// </remarks>
[StructLayout(LayoutKind.Sequential)]
internal struct SplitDeque<TAtomics>
    where TAtomics : struct, IAtomics
{
    /// <summary>
    /// The two outermost pending forks are shared at once: they hold the largest pieces, and the owner might enter a long
    /// leaf before it pushes again. The inner ones wait until somebody asks.
    /// </summary>
    public const int AlwaysShared = 2;

    private readonly CacheLine.Pad _before;

    /// <summary>Next free slot. Owner only.</summary>
    public int Head;

    /// <summary>The owner's copy of split. Owner only.</summary>
    public int Split;

    private readonly CacheLine.Pad _between1;

    /// <summary>Tail in the low half, split in the high half.</summary>
    private long _word;

    private readonly CacheLine.Pad _between2;

    /// <summary>Pushes to slots below this are shared. Read by the owner at each push, raised by hungry thieves.</summary>
    public int ShareBelow;

    private readonly CacheLine.Pad _after;

    /// <summary>Both thieves' request and the plain rule in one comparison.</summary>
    public bool IsShareWanted => TAtomics.Load(ref ShareBelow) == int.MaxValue;

    public static SplitDeque<TAtomics> Create() => new() { ShareBelow = AlwaysShared };

    /// <summary>Number of slots a thief could take now; a hint.</summary>
    public int SharedCount
    {
        get
        {
            var word = TAtomics.Load(ref _word);
            return Math.Max(0, SplitOf(word) - TailOf(word));
        }
    }

    /// <summary>
    /// Owner: shares private slots, the older half of them rounded up, all of them if asked for. The caller must notify
    /// sleepers afterwards; this ends with a full fence.
    /// </summary>
    public void Share(bool all)
    {
        // Before the word is published: a thief that empties the shared part right after may raise it again, and that
        // request must not be overwritten.
        TAtomics.Store(ref ShareBelow, AlwaysShared);
        var target = all ? Head : Split + ((Head - Split + 1) / 2);
        var word = TAtomics.Load(ref _word);
        while (true)
        {
            var seen = TAtomics.CompareExchange(ref _word, Pack(TailOf(word), target), word);
            if (seen == word)
                break;
            word = seen;
        }

        Split = target;
    }

    /// <summary>
    /// Owner, after it lowered <see cref="Head"/> to <paramref name="slot"/> and found it not private: takes it back.
    /// False when it was stolen.
    /// </summary>
    public bool TryReclaim(int slot)
    {
        var word = TAtomics.Load(ref _word);
        while (true)
        {
            var tail = TailOf(word);
            if (tail > slot)
                return false;

            // Half of what is shared becomes private again, the taken slot being on that side.
            var split = (tail + slot + 1) / 2;
            var seen = TAtomics.CompareExchange(ref _word, Pack(tail, split), word);
            if (seen == word)
            {
                Split = split;
                return true;
            }

            word = seen;
        }
    }

    /// <summary>
    /// Owner, when the stolen job of <paramref name="slot"/> has been finished by its thief: the slot is free again.
    /// Tail equals split here, so no thief's compare-and-swap can succeed and a plain store is enough.
    /// </summary>
    public void ResetAfterStolen(int slot)
    {
        TAtomics.Store(ref _word, Pack(slot, slot));
        Split = slot;
    }

    /// <summary>Thief: takes the oldest shared slot.</summary>
    /// <param name="slot">The slot taken, which is the thief's until it marks the job finished.</param>
    public StealResult TrySteal(out int slot)
    {
        var word = TAtomics.Load(ref _word);
        slot = TailOf(word);
        var split = SplitOf(word);
        if (slot >= split)
        {
            RequestShare();
            return StealResult.Empty;
        }

        if (TAtomics.CompareExchange(ref _word, Pack(slot + 1, split), word) != word)
            return StealResult.Lost;
        if (slot + 1 == split)
            RequestShare();
        return StealResult.Taken;
    }

    /// <summary>Anybody: asks the owner to share at its next push.</summary>
    public void RequestShare()
    {
        if (TAtomics.Load(ref ShareBelow) != int.MaxValue)
            TAtomics.Store(ref ShareBelow, int.MaxValue);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static int TailOf(long word) => (int)word;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static int SplitOf(long word) => (int)(word >> 32);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static long Pack(int tail, int split) => ((long)split << 32) | (uint)tail;
}
