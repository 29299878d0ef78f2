using Gabbro.Scheduler.Atomics;

namespace Gabbro.Scheduler.Synchronization;

/// <summary>
/// The phase-fair reader-writer lock of B. Brandenburg and J. Anderson, "Spin-Based Reader-Writer Synchronization for
/// Multiprocessor Real-Time Systems" (2010), with futex sleeps, and with a mutex in place of the writers' tickets, so that
/// a writer can give up.
/// </summary>
/// <remarks>
/// A reader arrives by one addition and sees in the same word whether a writer is there; if so it waits until that writer's
/// bits change, and no longer: the next writer counts it among the readers it must let finish. So a reader waits for at
/// most one writer, and a writer for the readers of one phase and the writers before it.
/// Every sleep is a Dekker pair of interlocked operations: the sleeper announces itself and looks again, the waker changes
/// the word and looks for sleepers.
/// </remarks>
internal static class ReaderWriterProtocol<TAtomics>
    where TAtomics : struct, IAtomics
{
    private const int Reader = 4;
    private const int Present = 2;
    private const int PhaseBit = 1;
    private const int WriterBits = Present | PhaseBit;
    private const int SpinRounds = 5;

    public static bool TryEnterRead(ref ReaderWriterState s)
    {
        var seen = TAtomics.Load(ref s.ReadersIn);
        while ((seen & WriterBits) == 0)
        {
            var found = TAtomics.CompareExchange(ref s.ReadersIn, seen + Reader, seen);
            if (found == seen)
                return true;
            seen = found;
        }

        return false;
    }

    public static bool EnterRead(ref ReaderWriterState s, Deadline deadline, CancellationToken cancellationToken)
    {
        var writer = TAtomics.Add(ref s.ReadersIn, Reader) & WriterBits;
        return writer == 0 || AwaitWriter(ref s, writer, deadline, cancellationToken);
    }

    public static void ExitRead(ref ReaderWriterState s)
    {
        // In this order: both only grow, so the difference covers at least the caller.
        var left = TAtomics.Load(ref s.ReadersOut);
        if ((TAtomics.Load(ref s.ReadersIn) & ~WriterBits) == left)
            throw new SynchronizationLockException("No reader holds the lock.");
        LeaveRead(ref s);
    }

    public static bool TryEnterWrite(ref ReaderWriterState s)
    {
        if (!MutexProtocol<TAtomics>.TryLock(ref s.Writers))
            return false;

        // Counts that are equal before and after mean that no reader was inside between.
        var arrived = TAtomics.Load(ref s.ReadersIn);
        if (TAtomics.Load(ref s.ReadersOut) == arrived
            && TAtomics.CompareExchange(ref s.ReadersIn, arrived | Bits(ref s), arrived) == arrived)
        {
            return true;
        }

        MutexProtocol<TAtomics>.Unlock(ref s.Writers);
        return false;
    }

    public static bool EnterWrite(ref ReaderWriterState s, Deadline deadline, CancellationToken cancellationToken)
    {
        if (!MutexProtocol<TAtomics>.TryLock(ref s.Writers)
            && !MutexProtocol<TAtomics>.LockSlow(ref s.Writers, deadline, cancellationToken))
        {
            return false;
        }

        var bits = Bits(ref s);
        var arrived = TAtomics.Add(ref s.ReadersIn, bits) - bits;
        for (var round = 0; round < SpinRounds; round++)
        {
            if (TAtomics.Load(ref s.ReadersOut) == arrived)
                return true;
            TAtomics.Pause(round);
        }

        TAtomics.Exchange(ref s.WriterAsleep, 1);
        while (true)
        {
            var left = TAtomics.Load(ref s.ReadersOut);
            if (left == arrived)
                break;
            var remaining = deadline.Remaining;
            if (cancellationToken.IsCancellationRequested
                || remaining == TimeSpan.Zero
                || !TAtomics.Wait(ref s.ReadersOut, left, remaining))
            {
                TAtomics.Store(ref s.WriterAsleep, 0);
                LeaveWrite(ref s);
                return false;
            }
        }

        TAtomics.Store(ref s.WriterAsleep, 0);
        return true;
    }

    public static void ExitWrite(ref ReaderWriterState s)
    {
        if ((TAtomics.Load(ref s.ReadersIn) & Present) == 0)
            throw new SynchronizationLockException("No writer holds the lock.");
        LeaveWrite(ref s);
    }

    private static bool AwaitWriter(
        ref ReaderWriterState s, int writer, Deadline deadline, CancellationToken cancellationToken)
    {
        for (var round = 0; round < SpinRounds; round++)
        {
            if ((TAtomics.Load(ref s.ReadersIn) & WriterBits) != writer)
                return true;
            TAtomics.Pause(round);
        }

        TAtomics.Add(ref s.ReadersAsleep, 1);
        var entered = true;
        while (true)
        {
            var turn = TAtomics.Load(ref s.Turn);
            if ((TAtomics.Load(ref s.ReadersIn) & WriterBits) != writer)
                break;
            var remaining = deadline.Remaining;
            if (cancellationToken.IsCancellationRequested
                || remaining == TimeSpan.Zero
                || !TAtomics.Wait(ref s.Turn, turn, remaining))
            {
                entered = !TryUnarrive(ref s, writer);
                break;
            }
        }

        TAtomics.Add(ref s.ReadersAsleep, -1);
        return entered;
    }

    /// <summary>
    /// Takes an arrival back. It cannot leave as a reader that was inside does: the writer would count it among those it
    /// waits for, of whom one may still be reading. While the same writer is there nobody else has counted the arrival.
    /// False: that writer is gone, so the caller has in fact entered.
    /// </summary>
    private static bool TryUnarrive(ref ReaderWriterState s, int writer)
    {
        var seen = TAtomics.Load(ref s.ReadersIn);
        while ((seen & WriterBits) == writer)
        {
            var found = TAtomics.CompareExchange(ref s.ReadersIn, seen - Reader, seen);
            if (found == seen)
                return true;
            seen = found;
        }

        return false;
    }

    private static void LeaveRead(ref ReaderWriterState s)
    {
        TAtomics.Add(ref s.ReadersOut, Reader);
        if (TAtomics.Load(ref s.WriterAsleep) != 0)
            TAtomics.WakeOne(ref s.ReadersOut);
    }

    private static void LeaveWrite(ref ReaderWriterState s)
    {
        TAtomics.Add(ref s.ReadersIn, -Bits(ref s));
        TAtomics.Add(ref s.Turn, 1);
        if (TAtomics.Load(ref s.ReadersAsleep) != 0)
            TAtomics.WakeAll(ref s.Turn);
        MutexProtocol<TAtomics>.Unlock(ref s.Writers);
    }

    /// <summary>The bits of the writer whose turn it is: the phase alternates, so a reader notices a change of writers.</summary>
    private static int Bits(ref ReaderWriterState s) => Present | (TAtomics.Load(ref s.Turn) & PhaseBit);
}
