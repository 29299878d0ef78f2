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
internal sealed unsafe class CommitPipeline : IDisposable
{
    private const int MaxLogWindow = 8 << 20;
    private const double FastestDelayedRate = 64 << 20;
    private const double SlowestDelayedRate = 4 << 20;

    private readonly DatabaseCore _core;
    private readonly Lock _syncLock = new();

    /// <summary>Held while the next log is created or taken: logs must come into use in the order of their numbers.</summary>
    private readonly Lock _spareLock = new();
    private LogWriter[] _logs;
    private LogWriter? _spare;
    private double _delayDebt;

    public CommitPipeline(DatabaseCore core, LogWriter log, ulong lastSequence)
    {
        _core = core;
        _logs = [log];
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
    public void Write(WriteBatch batch, bool sync)
    {
        if (batch.Count == 0)
        {
            if (sync)
                SyncAll();
            return;
        }

        LogWriter log;
        long end;
        ulong sequence;
        lock (_core.CommitLock)
            (log, end, sequence) = CommitUnsynchronized(batch, publish: !sync);
        if (!sync)
            return;
        SyncThrough(log, end);
        _core.Snapshots.Publish(sequence);
    }

    /// <summary>Commits a batch without syncing; the commit lock is held.</summary>
    /// <returns>What must be synced for the batch to be durable, and its last sequence number.</returns>
    public (LogWriter Log, long End, ulong Sequence) CommitUnsynchronized(WriteBatch batch, bool publish)
    {
        _core.ThrowIfUnwritable();
        var log = MakeRoomUnsynchronized(batch);
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
        return (log, end, _core.LastSequence);
    }

    /// <summary>Takes sequence numbers without a batch, for an ingested table; the commit lock is held.</summary>
    public ulong TakeSequenceUnsynchronized() => ++_core.LastSequence;

    /// <summary>Makes the log durable up to a position, and all older logs whole: a later log never survives alone.</summary>
    public void SyncThrough(LogWriter log, long end)
    {
        if (log.Synced >= end)
            return;
        // Whoever gets the lock syncs for all who wait behind it; they find their position passed.
        if (_core.Options.GroupCommitDelay > TimeSpan.Zero && _core.Options.SyncPolicy == LogSyncPolicy.Group)
            Thread.Sleep(_core.Options.GroupCommitDelay);
        lock (_syncLock)
        {
            if (log.Synced >= end)
                return;
            if (_core.Poison is { } poison)
                throw new StorageException(StorageErrorKind.Poisoned, $"the log cannot be synced: {poison.Message}", log.Path, poison);
            try
            {
                foreach (var older in Logs)
                {
                    if (older.Synced < older.Written)
                    {
                        _core.Counters.LogSyncs++;
                        older.Sync();
                    }

                    if (ReferenceEquals(older, log))
                        break;
                }
            }
            catch (StorageException e)
            {
                _core.SetPoison(e);
                throw;
            }
        }
    }

    /// <summary>Makes all that was committed before the call durable.</summary>
    public void SyncAll()
    {
        _core.ThrowIfUnwritable();
        LogWriter log;
        long end;
        lock (_core.CommitLock)
            (log, end) = (CurrentLog, CurrentLog.Written);
        SyncThrough(log, end);
    }

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

            Monitor.PulseAll(_core.StateLock);
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

    // Everything that can fail or wait happens here, before the batch has any effect.
    private LogWriter MakeRoomUnsynchronized(WriteBatch batch)
    {
        var bound = batch.MemoryBound;
        if (!batch.HasOtherFamilies)
        {
            MakeRoomUnsynchronized(_core.Family(0)!, bound, batch.Size);
        }
        else
        {
            foreach (var family in FamiliesOf(batch))
                MakeRoomUnsynchronized(family, bound, batch.Size);
        }

        var log = CurrentLog;
        log.Reserve(batch.Size);
        return log;
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

    private void MakeRoomUnsynchronized(FamilyCore family, long bound, int size)
    {
        var options = family.Options;
        var level0 = family.Version.Levels[0].Length;
        if (level0 >= options.Level0SlowdownTrigger && options.AutomaticCompaction)
            Delay(family, level0, size);
        if (family.Active.List.HasRoom(bound))
        {
            if (_logs.Length > 1 && LogBytes() > MaxLogBytes())
                FlushHolderOfOldestLog();
            return;
        }

        if (family.Active.IsEmpty)
        {
            // Only a batch larger than a whole memtable comes here: it gets one of its own size.
            lock (_core.StateLock)
                family.ReplaceActiveUnsynchronized(DatabaseCore.NewMemtable(options, bound, family.Active.Log));
            return;
        }

        WaitForFlush(family);
        SwitchMemtableUnsynchronized(family, bound);
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

    private void WaitForFlush(FamilyCore family)
    {
        var started = 0L;
        lock (_core.StateLock)
        {
            var failures = _core.BackgroundFailures.Count;
            while (family.Immutables.Count >= family.Options.MaxWriteBuffers - 1
                || (family.Options.AutomaticCompaction && family.Version.Levels[0].Length >= family.Options.Level0StopTrigger))
            {
                _core.ThrowIfUnwritable();
                // Such as a full disk: the writer is told, and may try again when there is room.
                _core.ThrowIfBackgroundFailed(failures);
                if (started == 0)
                    started = Stopwatch.GetTimestamp();
                WorkDue?.Invoke();
                Monitor.Wait(_core.StateLock, TimeSpan.FromMilliseconds(100));
            }
        }

        if (started != 0)
            CountStall(Stopwatch.GetElapsedTime(started), "memtables wait for their flush");
    }

    // The nearer level 0 comes to the stop, the slower writes are let in: many short waits instead of one long one.
    private void Delay(FamilyCore family, int level0, int size)
    {
        var options = family.Options;
        var left = Math.Clamp((double)(options.Level0StopTrigger - level0) / (options.Level0StopTrigger - options.Level0SlowdownTrigger), 0, 1);
        var rate = SlowestDelayedRate + (left * (FastestDelayedRate - SlowestDelayedRate));
        _delayDebt += size / rate;
        if (_delayDebt < 0.001)
            return;
        var started = Stopwatch.GetTimestamp();
        Thread.Sleep(1);
        var slept = Stopwatch.GetElapsedTime(started);
        _delayDebt = Math.Max(0, _delayDebt - slept.TotalSeconds);
        CountStall(slept, "level 0 waits for compaction");
    }

    private void CountStall(TimeSpan duration, string reason)
    {
        _core.Counters.StallMicroseconds += (long)duration.TotalMicroseconds;
        _core.Options.Events?.OnWriteStalled(duration, reason);
    }

    private void Apply(WriteBatch batch, ulong sequence)
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

    // The state lock is let go before the sync lock is taken: a sync that fails holds the latter and poisons under the former.
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

        lock (_syncLock)
            log.Dispose();
    }
}
