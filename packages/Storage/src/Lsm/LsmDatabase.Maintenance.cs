using Gabbro.Storage.Lsm.Compaction;
using Gabbro.Storage.Lsm.Engine;
using Gabbro.Storage.Lsm.Memtables;
using Gabbro.Storage.Lsm.Tables;
using Gabbro.Storage.Lsm.Versions;
using Version = Gabbro.Storage.Lsm.Versions.Version;

namespace Gabbro.Storage.Lsm;

public sealed unsafe partial class LsmDatabase
{
    /// <summary>All column families, the default one first.</summary>
    public IReadOnlyList<ColumnFamily> ColumnFamilies =>
        _core.LiveFamilies.Select(f => f.Id == 0 ? DefaultFamily : new ColumnFamily(f)).ToArray();

    /// <summary>The family of a name, or null.</summary>
    public ColumnFamily? GetColumnFamily(string name)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        _core.ThrowIfClosed();
        return _core.LiveFamilies.FirstOrDefault(f => f.Name == name) is { } core ? new ColumnFamily(core) : null;
    }

    /// <summary>Creates a column family, durably.</summary>
    /// <param name="name">Its name, not empty and not taken.</param>
    /// <param name="options">Its options; null for those that <see cref="LsmOptions.Families"/> or the default family has.</param>
    /// <exception cref="ArgumentException">The name is taken, or an option is out of range.</exception>
    /// <exception cref="StorageException">The manifest could not be written.</exception>
    public ColumnFamily CreateColumnFamily(string name, ColumnFamilyOptions? options = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        options?.Validate();
        var commits = Writable();
        lock (_core.CommitLock)
        {
            lock (_core.ManifestLock)
            {
                _core.ThrowIfUnwritable();
                if (_core.LiveFamilies.Any(f => f.Name == name))
                    throw new ArgumentException($"there is a column family '{name}' already", nameof(name));
                var id = _core.State.NextFamily;
                var log = commits.CurrentLog.Number;
                var edit = new VersionEdit { NextFamily = id + 1 };
                edit.FamiliesCreated.Add((id, name));
                edit.FamilyLogs.Add((id, log));
                _core.CommitToManifestUnsynchronized(edit);
                var copy = options?.Copy() ?? _core.Options.ForFamily(name);
                var core = new FamilyCore(id, name, copy, DatabaseCore.NewMemtable(copy, 0, log), Version.CreateEmpty());
                lock (_core.StateLock)
                    _core.SetFamilyUnsynchronized(id, core);
                return new ColumnFamily(core);
            }
        }
    }

    /// <summary>Drops a column family with all its data. Iterators over it stay valid.</summary>
    /// <exception cref="ArgumentException">It is the default family, or not of this database.</exception>
    /// <exception cref="StorageException">The manifest could not be written.</exception>
    public void DropColumnFamily(ColumnFamily family)
    {
        var core = CheckFamily(family);
        if (core.Id == 0)
            throw new ArgumentException("the default family cannot be dropped", nameof(family));
        Writable();
        lock (_core.CommitLock)
        {
            WaitWhileCompacting(core);
            lock (_core.ManifestLock)
            {
                _core.ThrowIfUnwritable();
                var edit = new VersionEdit();
                edit.FamiliesDropped.Add(core.Id);
                _core.CommitToManifestUnsynchronized(edit);
                lock (_core.StateLock)
                {
                    core.IsDropped = true;
                    _core.SetFamilyUnsynchronized(core.Id, null);
                    foreach (var file in core.Version.AllFiles)
                        file.IsObsolete = true;
                    core.Dispose();
                    core.ManualCompactions--;
                }
            }
        }
    }

    /// <summary>Writes the memtable of every family to tables, and waits for it.</summary>
    /// <exception cref="StorageException">A flush failed.</exception>
    public void Flush()
    {
        Writable();
        foreach (var family in _core.LiveFamilies)
            Flush(family);
    }

    /// <summary>Writes the memtable of a family to a table, and waits for it.</summary>
    /// <exception cref="StorageException">The flush failed.</exception>
    public void Flush(ColumnFamily family)
    {
        Writable();
        Flush(CheckFamily(family));
    }

    /// <summary>Merges all tables with keys in [<paramref name="begin"/>, <paramref name="end"/>] down to the deepest level in use.</summary>
    /// <param name="family">The family; null for the default one.</param>
    /// <param name="begin">The first key, or null for the first of all.</param>
    /// <param name="end">The last key, or null for the last of all.</param>
    /// <exception cref="StorageException">A flush or a merge failed.</exception>
    public void CompactRange(ColumnFamily? family = null, byte[]? begin = null, byte[]? end = null)
    {
        var core = CheckFamily(family ?? DefaultFamily);
        Writable();
        Flush(core);
        WaitWhileCompacting(core);
        try
        {
            var bottom = BottomLevelFor(core);
            for (var level = 0; level < bottom; level++)
                RunManual(core, level, level + 1, begin, end);
            if (NeedsRewrite(core, bottom, begin, end))
                RunManual(core, bottom, bottom, begin, end);
        }
        finally
        {
            lock (_core.StateLock)
            {
                core.ManualCompactions--;
                _core.PulseStateUnsynchronized();
            }
        }
    }

    /// <summary>Waits until no flush and no compaction is running or due.</summary>
    public void WaitForBackground()
    {
        _core.ThrowIfClosed();
        if (_background is null)
            return;
        lock (_core.StateLock)
        {
            var failures = _core.BackgroundFailures.Count;
            while (_core.Poison is null && !_core.IsClosed && _core.BackgroundFailures.Count == failures && (_background.Running > 0 || HasWorkUnsynchronized()))
                Monitor.Wait(_core.StateLock);
        }
    }

    private bool HasWorkUnsynchronized()
    {
        foreach (var family in _core.LiveFamilies)
        {
            if (family.Immutables.Count > 0)
                return true;
            if (CompactionPicker.PickUnsynchronized(family) is not { } plan)
                continue;
            plan.MarkUnsynchronized(compacting: false);
            plan.Base.Dispose();
            return true;
        }

        return false;
    }

    private void Flush(FamilyCore family)
    {
        if (CloseMemtable(family) is not { } last)
            return;
        lock (_core.StateLock)
        {
            var failures = _core.BackgroundFailures.Count;
            while (family.Immutables.Contains(last) && !family.IsDropped)
            {
                _core.ThrowIfUnwritable();
                _core.ThrowIfBackgroundFailed(failures);
                Monitor.Wait(_core.StateLock);
            }
        }
    }

    // The memtable whose flush makes all that was written so far part of tables, or null if there is nothing to flush.
    private Memtable? CloseMemtable(FamilyCore family)
    {
        lock (_core.CommitLock)
        {
            _core.ThrowIfUnwritable();
            var last = family.Active;
            if (!last.IsEmpty)
            {
                _commits!.SwitchMemtableUnsynchronized(family, 0);
                return last;
            }

            lock (_core.StateLock)
                return family.Immutables.Count == 0 ? null : family.Immutables[^1];
        }
    }

    // Keeps the background away from the family's tables and waits until it is. The caller takes ManualCompactions back.
    private void WaitWhileCompacting(FamilyCore family)
    {
        lock (_core.StateLock)
        {
            family.ManualCompactions++;
            while (family.Version.AllFiles.Any(f => f.IsCompacting) || family.ManualCompactions > 1)
            {
                if (_core.IsClosed || _core.Poison is not null)
                {
                    family.ManualCompactions--;
                    _core.ThrowIfUnwritable();
                }

                Monitor.Wait(_core.StateLock);
            }
        }
    }

    private int BottomLevelFor(FamilyCore family)
    {
        lock (_core.StateLock)
        {
            if (family.Options.CompactionStyle == CompactionStyle.Universal)
                return Version.LevelCount - 1;
            return Math.Max(1, family.Version.DeepestLevel);
        }
    }

    private bool NeedsRewrite(FamilyCore family, int level, byte[]? begin, byte[]? end)
    {
        lock (_core.StateLock)
        {
            var now = _core.NowMilliseconds;
            return family.Version.Overlapping(level, begin, end).Any(f =>
                f.Metadata.Deletes > 0 || f.Metadata.RangeDeletes > 0 || (f.Metadata.FirstExpiry != 0 && f.Metadata.FirstExpiry <= now));
        }
    }

    private void RunManual(FamilyCore family, int level, int outputLevel, byte[]? begin, byte[]? end)
    {
        CompactionPlan? plan;
        lock (_core.StateLock)
            plan = CompactionPicker.PlanRange(family, level, outputLevel, begin, end);
        if (plan is not null)
            new CompactionJob(_core, plan).Run();
    }
}
