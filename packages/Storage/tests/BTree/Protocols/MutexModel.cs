namespace Gabbro.Storage.Tests.BTree.Protocols;

/// <summary>
/// The lock word of SharedMutex step by step, with sleepers, the reservation for a starving waiter, and the death of any
/// one process anywhere. A sleeper's timeout is granted only when it is needed, after a death: so a wake-up that is lost
/// without one shows as a state that nothing leads out of.
/// </summary>
public sealed class MutexModel(int processes, MutexModel.Break broken = MutexModel.Break.Nothing)
{
    private const byte Dead = 9;
    private const byte WaitersBit = 16;

    // Layout of a state.
    private const int Word = 0;
    private const int Next = 1;
    private const int Deaths = 2;
    private const int NeedsRepair = 3;
    private const int Faulted = 4;
    private const int First = 5;
    private const int Size = 3;

    // Of each process: step, the word as last seen, whether it asked to be next.
    private const byte Idle = 0;
    private const byte FastSwap = 1;
    private const byte SlowLook = 2;
    private const byte SlowSwap = 3;
    private const byte Announce = 4;
    private const byte Sleep = 5;
    private const byte Asleep = 6;
    private const byte Inside = 7;
    private const byte Wake = 8;
    private const byte Done = 10;
    private const byte Gone = 11;
    private const byte Withdraw = 12;

    /// <summary>What may be left out, to see that the model notices.</summary>
    public enum Break
    {
        Nothing,
        ReleaseDoesNotWake,
        SleeperTakesTheWordWithoutTheBit,
        DeathIsNotTold,
        TakenWithoutComparing,
        DeadReservationStays,
    }

    public byte[] Initial() => new byte[First + (processes * Size)];

    public IEnumerable<byte[]> Steps(byte[] s)
    {
        for (var p = 0; p < processes; p++)
        {
            var at = First + (p * Size);
            if (s[at] is not (Idle or Done or Gone) && s[Deaths] == 0)
                yield return With(s, n => Die(n, at));
            foreach (var next in ProcessSteps(s, p, at))
                yield return next;
        }
    }

    public string? FindFault(byte[] s)
    {
        var inside = 0;
        for (var p = 0; p < processes; p++)
        {
            if (s[First + (p * Size)] == Inside)
                inside++;
        }

        if (inside > 1)
            return "two hold the lock";
        if (s[Faulted] != 0)
            return "one took the lock of a dead process without being told";
        // A death is no way out: it need not come.
        return IsEnd(s) || Enumerable.Range(0, processes).Any(p => ProcessSteps(s, p, First + (p * Size)).Any()) ? null : "all wait for ever";
    }

    public bool IsEnd(byte[] s)
    {
        for (var p = 0; p < processes; p++)
        {
            if (s[First + (p * Size)] is not (Done or Gone))
                return false;
        }

        return true;
    }

    private IEnumerable<byte[]> ProcessSteps(byte[] s, int p, int at)
    {
        var me = (byte)(p + 1);
        var seen = s[at + 1];
        var owner = (byte)(seen & 15);
        switch (s[at])
        {
            case Idle:
                yield return With(s, n =>
                {
                    n[at + 1] = n[Word];
                    n[at] = IsFree(n[Word]) && n[Next] == 0 ? FastSwap : SlowLook;
                });
                break;
            case FastSwap:
                yield return With(s, n => Take(n, at, seen, (byte)((seen & WaitersBit) | me)));
                break;
            case SlowLook:
                foreach (var next in Look(s, at, me))
                    yield return next;
                break;
            case SlowSwap:
                yield return With(s, n => Take(n, at, seen, broken == Break.SleeperTakesTheWordWithoutTheBit ? me : (byte)(me | WaitersBit)));
                break;
            case Announce:
                yield return With(s, n =>
                {
                    var isSeen = n[Word] == seen;
                    if (isSeen)
                        n[Word] = n[at + 1] = (byte)(seen | WaitersBit);
                    n[at] = isSeen ? Sleep : SlowLook;
                });
                break;
            case Sleep:
                yield return With(s, n => n[at] = n[Word] == seen ? Asleep : SlowLook);
                break;
            case Asleep:
                // The timeout: after a death somebody has to look who it was.
                if (s[Deaths] > 0)
                    yield return With(s, n => BuryAndLook(n, at, owner));
                break;
            case Inside:
                yield return With(s, n =>
                {
                    n[at + 1] = n[Word];
                    n[Word] = 0;
                    n[at] = (n[at + 1] & WaitersBit) != 0 && broken != Break.ReleaseDoesNotWake ? Wake : Done;
                });
                break;
            case Wake:
                foreach (var next in WakeSleepers(s, at))
                    yield return next;
                break;
            case Withdraw:
                yield return With(s, n =>
                {
                    if (n[at + 2] != 0 && n[Next] == me)
                        n[Next] = 0;
                    n[at + 2] = 0;
                    n[at] = Inside;
                });
                break;
        }
    }

    private IEnumerable<byte[]> Look(byte[] s, int at, byte me)
    {
        var word = s[Word];
        if (IsFree(word) && (s[Next] == 0 || s[Next] == me))
        {
            yield return With(s, n => (n[at], n[at + 1]) = (SlowSwap, word));
            yield break;
        }

        // Having waited long is a matter of time: at any look it may be so.
        if (s[at + 2] == 0 && s[Next] == 0)
            yield return With(s, n => (n[Next], n[at + 2]) = (me, 1));
        if (IsFree(word))
        {
            // Promised to another, who may sleep, or be dead.
            yield return With(s, n =>
            {
                WakeAll(n);
                BuryAndLook(n, at, n[Next]);
            });
            yield break;
        }

        yield return With(s, n => (n[at], n[at + 1]) = ((word & WaitersBit) == 0 ? Announce : Sleep, word));
    }

    private void Take(byte[] n, int at, byte seen, byte value)
    {
        if (n[Word] != seen && broken != Break.TakenWithoutComparing)
        {
            n[at] = SlowLook;
            return;
        }

        var isTold = (seen & 15) == Dead;
        if (n[NeedsRepair] != 0 && !isTold)
            n[Faulted] = 1;
        n[NeedsRepair] = 0;
        n[Word] = value;
        n[at] = Withdraw;
    }

    private IEnumerable<byte[]> WakeSleepers(byte[] s, int at)
    {
        if (s[Next] != 0)
        {
            yield return With(s, n =>
            {
                WakeAll(n);
                n[at] = Done;
            });
            yield break;
        }

        var any = false;
        for (var p = 0; p < processes; p++)
        {
            var other = First + (p * Size);
            if (s[other] != Asleep)
                continue;
            any = true;
            yield return With(s, n => (n[other], n[at]) = (SlowLook, Done));
        }

        if (!any)
            yield return With(s, n => n[at] = Done);
    }

    private void BuryAndLook(byte[] n, int at, byte owner)
    {
        n[at] = SlowLook;
        if (owner is 0 or Dead || n[First + ((owner - 1) * Size)] != Gone)
            return;
        if ((n[Word] & 15) == owner)
        {
            n[Word] = (byte)((n[Word] & WaitersBit) | (broken == Break.DeathIsNotTold ? 0 : Dead));
            WakeAll(n);
        }

        if (n[Next] == owner && broken != Break.DeadReservationStays)
            n[Next] = 0;
    }

    private void WakeAll(byte[] n)
    {
        for (var p = 0; p < processes; p++)
        {
            if (n[First + (p * Size)] == Asleep)
                n[First + (p * Size)] = SlowLook;
        }
    }

    private static void Die(byte[] n, int at)
    {
        n[Deaths] = 1;
        if (n[at] is Inside or Withdraw)
            n[NeedsRepair] = 1;
        n[at] = Gone;
    }

    private static bool IsFree(byte word) => (word & 15) is 0 or Dead;

    private static byte[] With(byte[] s, Action<byte[]> change)
    {
        var next = (byte[])s.Clone();
        change(next);
        return next;
    }
}
