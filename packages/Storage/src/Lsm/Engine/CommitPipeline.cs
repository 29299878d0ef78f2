using System.Diagnostics;
using Gabbro.Storage.Lsm.Format;
using Gabbro.Storage.Lsm.Logs;
using Gabbro.Storage.Lsm.Memtables;
using Gabbro.Storage.Lsm.Versions;

namespace Gabbro.Storage.Lsm.Engine;

/// <summary>
/// The way of a write: sequence numbers, log, memtables, visibility, and where asked for a sync that writers waiting at
/// the same time share. The order and why it is right are in this folder's README.md.
/// </summary>
internal sealed class CommitPipeline : IDisposable
{
    private const int MaxLogWindow = 8 << 20;
    private const double FastestDelayedRate = 64 << 20;
    private const double SlowestDelayedRate = 4 << 20;

    // Writers may run this far ahead of the pace that level 0 allows before they wait: many short waits, not a sleep a write.
    private static readonly TimeSpan s_paceSlack = TimeSpan.FromMilliseconds(1);

    private readonly DatabaseCore _core;
    private readonly LogSyncer _syncer;

    /// <summary>Held while the next log is created or taken: logs must come into use in the order of their numbers.</summary>
    private readonly Lock _spareLock = new();
    private LogWriter[] _logs;
    private LogWriter? _spare;
    private long _pacedUntil;

    public CommitPipeline(DatabaseCore core, LogWriter log, ulong lastSequence)
    {
        _core = core;
        _logs = [log];
        _syncer = new LogSyncer(core, this);
        _core.LastSequence = lastSequence;
        _core.Snapshots.Publish(lastSequence);
        _core.LogRetired = RetireLog;
    }

    /// <summary>Told when background work may have become due.</summary>
    public Action? WorkDue { get; set; }

    /// <summary>The log that writes go to.</summary>
    public LogWriter CurrentLog => Volatile.Read(ref _logs)[^1];

    /// <summary>All logs that are still needed, oldest first.</summary>
    public LogWriter[] Logs => Volatile.Read(ref _logs);

    /// <summary>Commits a batch; returns when it is as durable as asked.</summary>
    /// <param name="batch">The batch.</param>
    /// <param name="sync">Whether to wait until it is durable.</param>
    /// <param name="check">Run with the commit lock held, right before the batch takes effect; throws to refuse it.</param>
    public void Write(WriteBatch batch, bool sync, Action? check = null)
    {
        if (batch.Count == 0)
        {
            if (sync)
                SyncAll();
            return;
        }

        Commit commit;
        while (!TryCommit(batch, sync, check, out commit, out var obstacle))
            WaitFor(obstacle);
        if (!sync)
            return;
        _syncer.SyncThrough(commit.Log, commit.End);
        _core.Snapshots.Publish(commit.Sequence);
    }

    /// <summary>As <see cref="Write"/>, without blocking the caller where the batch must wait: for room, for its turn, or for a sync.</summary>
    /// <returns>Completes when the batch is as durable as asked; at once where nothing has to be waited for.</returns>
    public ValueTask WriteAsync(WriteBatch batch, bool sync, CancellationToken cancellationToken)
    {
        if (cancellationToken.IsCancellationRequested)
            return ValueTask.FromCanceled(cancellationToken);
        if (batch.Count == 0)
            return sync ? SyncAllAsync() : default;
        if (!TryCommit(batch, sync, null, out var commit, out var obstacle))
            return WriteLaterAsync(batch, sync, obstacle, cancellationToken);
        return sync ? _syncer.SyncThroughAsync(commit) : default;
    }

    /// <summary>Takes sequence numbers without a batch, for an ingested table; the commit lock is held.</summary>
    public ulong TakeSequenceUnsynchronized() => ++_core.LastSequence;

    /// <summary>Makes the log durable up to a position, and all older logs whole: a later log never survives alone.</summary>
    public void SyncThrough(LogWriter log, long end) => _syncer.SyncThrough(log, end);

    /// <summary>Makes all that was committed before the call durable.</summary>
    public void SyncAll()
    {
        var commit = Newest();
        _syncer.SyncThrough(commit.Log, commit.End);
    }

    /// <summary>As <see cref="SyncAll"/>, without blocking the caller.</summary>
    public ValueTask SyncAllAsync() => _syncer.SyncThroughAsync(Newest());

    /// <summary>Finishes what asynchronous writers wait for and ends the thread that serves them.</summary>
    public void StopSyncing() => _syncer.Dispose();

    /// <summary>Makes every log up to this number whole and durable.</summary>
    public void SyncThroughLog(ulong number)
    {
        var last = Logs.LastOrDefault(l => l.Number <= number);
        if (last is not null)
            SyncThrough(last, last.Written);
    }

    /// <summary>Closes the memtable of a family to writes and hands it to the flush; the commit lock is held.</summary>
    public void SwitchMemtableUnsynchronized(FamilyCore family, long atLeast)
    {
        LogWriter next;
        var old = CurrentLog;
        Memtable memtable;
        lock (_spareLock)
        {
            _spare ??= CreateLog();
            memtable = DatabaseCore.NewMemtable(family.Options, atLeast, _spare.Number);
            try
            {
                old.Finish();
            }
            catch
            {
                memtable.Dispose();
                throw;
            }

            next = _spare;
            _spare = null;
        }

        lock (_core.StateLock)
        {
            Volatile.Write(ref _logs, [.. _logs, next]);
            family.SwitchMemtableUnsynchronized(memtable, old.Number);
            // What an idle family has not written needs no log.
            foreach (var other in _core.LiveFamilies)
            {
                if (other.Active.IsEmpty)
                    other.Active.Log = next.Number;
            }

            _core.PulseStateUnsynchronized();
        }

        WorkDue?.Invoke();
    }

    /// <summary>Creates the log after the current one and maps the next window, away from the writers' path.</summary>
    public void PrepareAhead()
    {
        CurrentLog.PrepareAhead();
        lock (_spareLock)
            _spare ??= CreateLog();
    }

    /// <summary>Whether <see cref="PrepareAhead"/> has something to do.</summary>
    public bool WantsPreparation => _spare is null || CurrentLog.WantsPreparation;

    public void Dispose()
    {
        foreach (var log in _logs)
            log.Dispose();
        _spare?.Dispose();
    }

    /// <summary>Creates a log, durable and named by the manifest before anything is written to it.</summary>
    public static LogWriter CreateLog(DatabaseCore core)
    {
        lock (core.ManifestLock)
        {
            var number = core.NewFileNumberUnsynchronized();
            var log = LogWriter.Create(
                core.System, FileNames.Log(core.Directory, number), LogKind.Writes, number, core.Progress!, MaxLogWindow);
            try
            {
                var edit = new VersionEdit { NextFile = core.State.NextFile };
                edit.LogsCreated.Add(number);
                core.CommitToManifestUnsynchronized(edit);
                return log;
            }
            catch
            {
                // The file stays: only the next open can tell whether the manifest names it.
                log.Forget();
                log.Dispose();
                throw;
            }
        }
    }

    private LogWriter CreateLog() => CreateLog(_core);

    private Commit Newest()
    {
        _core.ThrowIfUnwritable();
        lock (_core.CommitLock)
            return new Commit(CurrentLog, CurrentLog.Written, 0);
    }

    private bool TryCommit(WriteBatch batch, bool sync, Action? check, out Commit commit, out Obstacle obstacle)
    {
        lock (_core.CommitLock)
        {
            commit = default;
            obstacle = default;
            _core.ThrowIfUnwritable();
            check?.Invoke();
            if (!TryMakeRoomUnsynchronized(batch, out obstacle))
                return false;
            commit = CommitUnsynchronized(batch, publish: !sync);
            return true;
        }
    }

    private async ValueTask WriteLaterAsync(WriteBatch batch, bool sync, Obstacle obstacle, CancellationToken cancellationToken)
    {
        Commit commit;
        do
            await WaitForAsync(obstacle, cancellationToken).ConfigureAwait(false);
        while (!TryCommit(batch, sync, null, out commit, out obstacle));
        if (sync)
            await _syncer.SyncThroughAsync(commit).ConfigureAwait(false);
    }

    private Commit CommitUnsynchronized(WriteBatch batch, bool publish)
    {
        var log = CurrentLog;
        var first = _core.LastSequence + 1;
        batch.Seal(first);
        var end = log.Append(batch.Bytes);
        Apply(batch, first);
        _core.LastSequence = first + (ulong)batch.Count - 1;
        var counters = _core.Counters;
        counters.BatchesWritten++;
        counters.EntriesWritten += batch.Count;
        counters.UserBytesWritten += batch.Size;
        if (publish)
            _core.Snapshots.Publish(_core.LastSequence);
        if (log.WantsPreparation)
            WorkDue?.Invoke();
        return new Commit(log, end, _core.LastSequence);
    }

    // Everything that can fail or must be waited for comes here, before the batch has any effect.
    private bool TryMakeRoomUnsynchronized(WriteBatch batch, out Obstacle obstacle)
    {
        var bound = batch.MemoryBound;
        if (!batch.HasOtherFamilies)
        {
            if (!TryMakeRoomUnsynchronized(_core.Family(0)!, bound, batch.Size, out obstacle))
                return false;
        }
        else
        {
            foreach (var family in FamiliesOf(batch))
            {
                if (!TryMakeRoomUnsynchronized(family, bound, batch.Size, out obstacle))
                    return false;
            }
        }

        obstacle = default;
        CurrentLog.Reserve(batch.Size);
        return true;
    }

    private HashSet<FamilyCore> FamiliesOf(WriteBatch batch)
    {
        var families = new HashSet<FamilyCore>();
        var reader = new BatchReader(batch.Bytes, "batch", 0);
        while (reader.Next())
        {
            families.Add(_core.Family(reader.Family)
                ?? throw new InvalidOperationException($"column family {reader.Family} was dropped"));
        }

        return families;
    }

    private bool TryMakeRoomUnsynchronized(FamilyCore family, long bound, int size, out Obstacle obstacle)
    {
        obstacle = default;
        var isSlowed = IsSlowed(family);
        if (isSlowed && _core.Options.TimeProvider.GetElapsedTime(_core.Options.TimeProvider.GetTimestamp(), _pacedUntil) is var ahead && ahead > s_paceSlack)
        {
            obstacle = new Obstacle(family, ahead);
            return false;
        }

        if (!family.Active.List.HasRoom(bound))
        {
            if (family.Active.IsEmpty)
            {
                // Only a batch larger than a whole memtable comes here: it gets one of its own size.
                lock (_core.StateLock)
                    family.ReplaceActiveUnsynchronized(DatabaseCore.NewMemtable(family.Options, bound, family.Active.Log));
            }
            else
            {
                lock (_core.StateLock)
                {
                    if (IsFullUnsynchronized(family))
                    {
                        obstacle = new Obstacle(family, null);
                        return false;
                    }
                }

                SwitchMemtableUnsynchronized(family, bound);
            }
        }
        else if (_logs.Length > 1 && LogBytes() > MaxLogBytes())
        {
            FlushHolderOfOldestLog();
        }

        if (isSlowed)
            Charge(family, size);
        return true;
    }

    private long LogBytes()
    {
        long total = 0;
        foreach (var log in _logs)
            total += log.Written;
        return total;
    }

    private long MaxLogBytes()
    {
        if (_core.Options.MaxLogSize > 0)
            return _core.Options.MaxLogSize;
        long largest = 0;
        foreach (var family in _core.Families)
            largest = Math.Max(largest, family?.Options.WriteBufferSize ?? 0);
        return 4 * largest;
    }

    private void FlushHolderOfOldestLog()
    {
        var oldest = _core.LiveFamilies.MinBy(f => f.OldestLog)!;
        if (oldest.Immutables.Count == 0 && !oldest.Active.IsEmpty)
            SwitchMemtableUnsynchronized(oldest, 0);
    }

    // The nearer a stop comes, the slower writes are let in: many short waits instead of one long one. A stop comes when level 0
    // is full, and when the active memtable is while no other may be added behind it.
    private static bool IsSlowed(FamilyCore family) =>
        (family.Version.Levels[0].Length >= family.Options.Level0SlowdownTrigger && family.Options.AutomaticCompaction)
        || family.Immutables.Count >= family.Options.MaxWriteBuffers - 1;

    // The share of the way to the stop that is left.
    private static double Slack(FamilyCore family)
    {
        var options = family.Options;
        var slack = 1.0;
        if (options.AutomaticCompaction)
            slack = (double)(options.Level0StopTrigger - family.Version.Levels[0].Length) / (options.Level0StopTrigger - options.Level0SlowdownTrigger);
        if (family.Immutables.Count >= options.MaxWriteBuffers - 1)
            slack = Math.Min(slack, 1 - ((double)family.Active.Used / family.Active.List.Capacity));
        return Math.Clamp(slack, 0, 1);
    }

    private static bool IsFullUnsynchronized(FamilyCore family) =>
        family.Immutables.Count >= family.Options.MaxWriteBuffers - 1
        || (family.Options.AutomaticCompaction && family.Version.Levels[0].Length >= family.Options.Level0StopTrigger);

    private void Charge(FamilyCore family, int size)
    {
        var rate = SlowestDelayedRate + (Slack(family) * (FastestDelayedRate - SlowestDelayedRate));
        var time = _core.Options.TimeProvider;
        _pacedUntil = Math.Max(_pacedUntil, time.GetTimestamp()) + (long)(size / rate * time.TimestampFrequency);
    }

    // The commit lock is free meanwhile: other families' writers, flushes and snapshots go on.
    private void WaitFor(in Obstacle obstacle)
    {
        var started = Stopwatch.GetTimestamp();
        lock (_core.StateLock)
        {
            if (obstacle.Pace is { } pace)
            {
                // A compaction that ends wakes the writer early.
                if (IsSlowed(obstacle.Family))
                    Monitor.Wait(_core.StateLock, pace);
            }
            else
            {
                var failures = _core.BackgroundFailures.Count;
                while (IsFullUnsynchronized(obstacle.Family) && !obstacle.Family.IsDropped)
                {
                    _core.ThrowIfUnwritable();
                    // Such as a full disk: the writer is told, and may try again when there is room.
                    _core.ThrowIfBackgroundFailed(failures);
                    Monitor.Wait(_core.StateLock);
                }
            }
        }

        CountStall(Stopwatch.GetElapsedTime(started), obstacle);
    }

    private async ValueTask WaitForAsync(Obstacle obstacle, CancellationToken cancellationToken)
    {
        var started = Stopwatch.GetTimestamp();
        if (obstacle.Pace is { } pace)
        {
            await Task.Delay(pace, _core.Options.TimeProvider, cancellationToken).ConfigureAwait(false);
        }
        else
        {
            var failures = -1L;
            while (true)
            {
                Task change;
                lock (_core.StateLock)
                {
                    if (!IsFullUnsynchronized(obstacle.Family) || obstacle.Family.IsDropped)
                        break;
                    _core.ThrowIfUnwritable();
                    if (failures < 0)
                        failures = _core.BackgroundFailures.Count;
                    _core.ThrowIfBackgroundFailed(failures);
                    change = _core.NextStateChangeUnsynchronized();
                }

                await change.WaitAsync(cancellationToken).ConfigureAwait(false);
            }
        }

        CountStall(Stopwatch.GetElapsedTime(started), obstacle);
    }

    private void CountStall(TimeSpan duration, in Obstacle obstacle)
    {
        Interlocked.Add(ref _core.Counters.StallMicroseconds, (long)duration.TotalMicroseconds);
        _core.Options.Events?.OnWriteStalled(duration, obstacle.Pace is null ? "memtables wait for their flush" : "flushes and compactions are behind");
    }

    private unsafe void Apply(WriteBatch batch, ulong sequence)
    {
        var watched = _core.Gaps.IsActive;
        var family = _core.Family(0)!;
        var familyId = 0u;
        fixed (byte* start = batch.Bytes)
        {
            var p = start + WriteBatch.Header;
            var end = start + batch.Size;
            while (p < end)
            {
                var kind = (EntryKind)(*p++);
                p = Varint.Read(p, end, out uint id);
                p = Varint.Read(p, end, out uint keyLength);
                var key = p;
                p += keyLength;
                uint valueLength = 0;
                if (kind != EntryKind.Delete)
                    p = Varint.Read(p, end, out valueLength);
                if (id != familyId)
                {
                    family = _core.Family(id)!;
                    familyId = id;
                }

                // A gap ends where something may come alive in it, before that is visible.
                if (watched && kind is not (EntryKind.Delete or EntryKind.RangeDelete))
                    _core.Gaps.OnWrite(id, new ReadOnlySpan<byte>(key, (int)keyLength));
                family.Active.Add(key, (int)keyLength, sequence++, kind, p, (int)valueLength);
                p += valueLength;
            }
        }
    }

    // The state lock is let go before the syncer is asked: a sync that fails poisons under the former.
    private void RetireLog(ulong number)
    {
        LogWriter? log;
        lock (_core.StateLock)
        {
            log = Array.Find(_logs, l => l.Number == number);
            if (log is null)
                return;
            Volatile.Write(ref _logs, _logs.Where(l => l.Number != number).ToArray());
        }

        _syncer.Close(log);
    }
}
