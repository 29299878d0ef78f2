using System.Diagnostics;
using Gabbro.Storage.BTree.Shared;

namespace Gabbro.Storage.BTree.Engine;

/// <summary>Makes commits durable together: one thread of one process syncs the log for all that wait.</summary>
/// <remarks>
/// Whoever finds nobody syncing becomes the leader, syncs up to the newest applied version, and makes that version visible.
/// Commits that arrive meanwhile wait for the next round. A leader first waits a moment while fewer commits have
/// gathered than in the round before: with n committers a naive leader alternates between groups of 1 and n-1; waiting
/// for the stragglers puts all n into every round for a fraction of the time a sync takes.
/// </remarks>
internal sealed class GroupSync(Connection connection)
{
    // An fdatasync takes 50 to 90 us on the disks measured; a straggler needs about 10 us to wake and commit again.
    private static readonly long GatherTicks = Stopwatch.Frequency / 1_000_000 * 40;
    private const int SleepMilliseconds = 10;

    private readonly SharedMutex _leader =
        new(connection.Shared, connection.Processes, SharedLayout.SyncWord, nextOffset: -1);

    /// <summary>Returns when the log is durable up to a position and the transaction that ends there is visible.</summary>
    public void WaitFor(ulong position, ulong transaction)
    {
        var shared = connection.Shared;
        Interlocked.Increment(ref shared.SyncWaiters);
        try
        {
            while (Volatile.Read(ref shared.SyncedTo) < position)
            {
                connection.ThrowIfPoisoned();
                // Read before the attempt to lead: a leader that ends after a failed attempt changes it, and the wait
                // below returns at once.
                var sequence = Volatile.Read(ref shared.SyncSequence);
                if (_leader.TryAcquire(out _))
                    Lead(position);
                else
                    Follow(sequence);
            }
        }
        finally
        {
            Interlocked.Decrement(ref shared.SyncWaiters);
        }

        SharedState.Raise(ref shared.Visible, transaction);
    }

    private void Lead(ulong position)
    {
        var shared = connection.Shared;
        try
        {
            if (Volatile.Read(ref shared.SyncedTo) >= position)
                return;
            var group = Gather();
            DatabaseVersion newest;
            while (!shared.TryReadVersion(Volatile.Read(ref shared.Applied), out newest))
                Thread.SpinWait(1);
            KillPoint.Here();
            SyncLog(newest.LogEnd);
            KillPoint.Here();
            SharedState.Raise(ref shared.Visible, newest.Transaction);
            Volatile.Write(ref shared.LastGroup, group);
        }
        finally
        {
            _leader.Release();
            Interlocked.Increment(ref shared.SyncSequence);
            SharedWait.WakeAll(ref shared.SyncSequence);
        }
    }

    /// <summary>Syncs the log; after a failure nothing can be promised any more, by any process.</summary>
    public void SyncLog(ulong end)
    {
        var shared = connection.Shared;
        try
        {
            connection.Log.Sync();
        }
        catch (StorageException)
        {
            connection.Poison();
            throw;
        }

        if (SharedState.Raise(ref shared.SyncedTo, end))
            connection.Log.SetSynced(end);
        connection.Counters.LogSyncs++;
    }

    private int Gather()
    {
        var shared = connection.Shared;
        var expected = Volatile.Read(ref shared.LastGroup);
        var waiting = Volatile.Read(ref shared.SyncWaiters);
        if (expected <= 1 && waiting <= 1)
            return 1;
        var deadline = Stopwatch.GetTimestamp() + GatherTicks;
        while (waiting < expected && Stopwatch.GetTimestamp() < deadline)
        {
            Thread.Yield();
            waiting = Volatile.Read(ref shared.SyncWaiters);
        }

        return waiting;
    }

    private void Follow(int sequence)
    {
        var shared = connection.Shared;
        SharedWait.Wait(ref shared.SyncSequence, sequence, SleepMilliseconds);
        if (Volatile.Read(ref shared.SyncSequence) != sequence)
            return;
        var leader = _leader.CurrentOwner;
        if (leader > 0 && leader != connection.Processes.Owner)
            connection.Processes.TryBury(leader - 1);
    }
}
