using System.Runtime.CompilerServices;
using Gabbro.Storage.BTree.Shared;

namespace Gabbro.Storage.BTree.Engine;

/// <summary>Begins and ends read transactions of this process.</summary>
/// <remarks>
/// A reader announces the newest visible version in its slot and then looks whether it still is the newest. If so, every
/// writer that looks for pages to reuse either sees the announcement, or looked before it and so keeps everything that
/// version contains (see <see cref="PageAllocator"/>). Wait-free but for the retry when a commit comes in between.
/// </remarks>
internal sealed unsafe class ReaderSeats(Connection connection)
{
    private readonly Lock _growing = new();
    private volatile ReaderSeat[] _seats = [];

    /// <summary>Seats that a transaction occupies now.</summary>
    public int BusyCount => _seats.Count(s => Volatile.Read(ref s.Busy) != 0);

    /// <summary>Takes a seat on the newest visible version.</summary>
    /// <exception cref="StorageException">All reader slots of the database are taken.</exception>
    public ReaderSeat Enter()
    {
        var seats = _seats;
        var start = (uint)Environment.CurrentManagedThreadId;
        for (uint i = 0; i < (uint)seats.Length; i++)
        {
            var seat = seats[(start + i) % (uint)seats.Length];
            if (seat.Busy == 0 && Interlocked.CompareExchange(ref seat.Busy, 1, 0) == 0)
                return Settle(seat);
        }

        return Settle(AddSeat());
    }

    /// <summary>Leaves a seat; pages that only its snapshot held can be reused from now on.</summary>
    public static void Leave(ReaderSeat seat)
    {
        seat.Stamp++;
        Volatile.Write(ref *seat.Snapshot, 0);
        Volatile.Write(ref seat.Busy, 0);
    }

    /// <summary>Whether a transaction still reads from that incarnation of the file.</summary>
    public bool Uses(DatabaseFile file)
    {
        foreach (var seat in _seats)
        {
            if (Volatile.Read(ref seat.Busy) != 0 && ReferenceEquals(seat.File, file))
                return true;
        }

        return false;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private ReaderSeat Settle(ReaderSeat seat)
    {
        var shared = connection.Shared;
        while (true)
        {
            var newest = Volatile.Read(ref shared.Visible);
            // A full fence: the announcement must be in place before the newest version is looked at again.
            Interlocked.Exchange(ref *seat.Snapshot, newest);
            if (Volatile.Read(ref shared.Visible) != newest)
                continue;
            // An announcement in memory that nobody shares any more protects nothing.
            if (shared.IsLost)
                Refuse(seat);
            if (seat.Version.Transaction == newest && seat.File != null && seat.Version.Generation == seat.File.Generation
                && ReferenceEquals(seat.File, connection.File))
            {
                return seat;
            }

            if (TrySettleOn(seat, newest))
                return seat;
        }
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private void Refuse(ReaderSeat seat)
    {
        Leave(seat);
        connection.ThrowIfLost();
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private bool TrySettleOn(ReaderSeat seat, ulong transaction)
    {
        try
        {
            if (!connection.Shared.TryReadVersion(transaction, out seat.Version))
                return false;
            var file = connection.FileOf(seat.Version.Generation);
            if (file == null)
            {
                // A version of an older file than the one this process has: a newer one is about to be visible.
                connection.CatchUp();
                return false;
            }

            seat.File = file;
            seat.Pages = file.Pages;
            // The one who replaces the file sets its word first and then looks at the seats; this is the other half: either
            // it sees this seat, or this sees that the file was replaced and lets go of it.
            Interlocked.MemoryBarrier();
            return ReferenceEquals(file, connection.File);
        }
        catch
        {
            seat.Version = default;
            Leave(seat);
            throw;
        }
    }

    private ReaderSeat AddSeat()
    {
        lock (_growing)
        {
            var shared = connection.Shared;
            for (var slot = 0; slot < SharedLayout.ReaderCount; slot++)
            {
                if (Volatile.Read(ref shared.ReaderOwner(slot)) != 0)
                    continue;
                // Before the slot is taken: whoever cleans up after this process looks at the slots that are in use.
                RaiseUsed(ref shared.ReaderSlotsUsed, slot + 1);
                KillPoint.Here();
                if (Interlocked.CompareExchange(ref shared.ReaderOwner(slot), connection.Processes.Owner, 0) != 0)
                    continue;
                KillPoint.Here();
                var seat = new ReaderSeat(slot, shared.Snapshot(slot)) { Busy = 1 };
                _seats = [.. _seats, seat];
                return seat;
            }
        }

        throw new StorageException(
            StorageErrorKind.Busy, $"read {connection.Path}: all {SharedLayout.ReaderCount} reader slots are taken", connection.Path);
    }

    private static void RaiseUsed(ref int word, int value)
    {
        var seen = Volatile.Read(ref word);
        while (seen < value)
        {
            var previous = Interlocked.CompareExchange(ref word, value, seen);
            if (previous == seen)
                return;
            seen = previous;
        }
    }
}
