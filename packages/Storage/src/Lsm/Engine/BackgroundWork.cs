using Gabbro.Storage.Lsm.Compaction;
using Gabbro.Storage.Lsm.Memtables;

namespace Gabbro.Storage.Lsm.Engine;

/// <summary>
/// The threads behind a database: one flushes, some compact, one keeps the log ahead of its writers. They wait on the
/// core's state lock, which everything that makes work pulses.
/// </summary>
internal sealed class BackgroundWork : IDisposable
{
    private static readonly TimeSpan s_retryDelay = TimeSpan.FromMilliseconds(200);
    private readonly DatabaseCore _core;
    private readonly CommitPipeline _commits;
    private readonly List<Thread> _threads = [];
    private readonly AutoResetEvent _logWork = new(false);
    private bool _stopping;
    private int _running;

    public BackgroundWork(DatabaseCore core, CommitPipeline commits)
    {
        _core = core;
        _commits = commits;
        commits.WorkDue = () => _logWork.Set();
        Start("lsm-flush", FlushLoop);
        for (var i = 0; i < core.Options.CompactionThreads; i++)
            Start($"lsm-compact-{i}", CompactLoop);
        Start("lsm-log", LogLoop);
    }

    /// <summary>Flushes and compactions under way.</summary>
    public int Running => Volatile.Read(ref _running);

    /// <summary>Ends the threads; what they were doing is finished or given up, and is found again at the next open.</summary>
    public void Dispose()
    {
        lock (_core.StateLock)
        {
            _stopping = true;
            _core.PulseStateUnsynchronized();
        }

        _core.Throttle.Open();
        _logWork.Set();
        foreach (var thread in _threads)
            thread.Join();
        _logWork.Dispose();
    }

    private void Start(string name, ThreadStart body)
    {
        var thread = new Thread(body) { IsBackground = true, Name = name };
        _threads.Add(thread);
        thread.Start();
    }

    private void FlushLoop()
    {
        while (TakeFlush() is var (family, memtables))
        {
            Guard("flush", () =>
            {
                // Order of logs before order of tables: a table must never tell of writes of which an older log lost a part.
                _commits.SyncThroughLog(memtables[^1].LastLog);
                FlushJob.Run(_core, family, memtables);
            });
            lock (_core.StateLock)
            {
                family.IsFlushing = false;
                _core.PulseStateUnsynchronized();
            }
        }
    }

    private (FamilyCore Family, Memtable[] Memtables)? TakeFlush()
    {
        lock (_core.StateLock)
        {
            while (!_stopping)
            {
                var family = _core.Poison is not null
                    ? null
                    : _core.LiveFamilies.Where(f => f.Immutables.Count > 0 && !f.IsFlushing).MinBy(f => f.Immutables[0].Log);
                if (family is not null)
                {
                    family.IsFlushing = true;
                    return (family, family.Immutables.ToArray());
                }

                Monitor.Wait(_core.StateLock);
            }

            return null;
        }
    }

    private void CompactLoop()
    {
        while (TakeCompaction() is { } plan)
            Guard("compaction", () => new CompactionJob(_core, plan).Run());
    }

    private CompactionPlan? TakeCompaction()
    {
        lock (_core.StateLock)
        {
            while (!_stopping)
            {
                if (_core.Poison is null)
                {
                    foreach (var family in _core.LiveFamilies)
                    {
                        if (CompactionPicker.PickUnsynchronized(family) is { } plan)
                            return plan;
                    }
                }

                Monitor.Wait(_core.StateLock);
            }

            return null;
        }
    }

    // Preparation failing is not an error: the writer that needs the room will try again and tell its caller.
    private void LogLoop()
    {
        var interval = _core.Options.SyncPolicy == LogSyncPolicy.Interval ? _core.Options.SyncInterval : Timeout.InfiniteTimeSpan;
        while (!_stopping)
        {
            var timedOut = !_logWork.WaitOne(interval);
            if (_stopping || _core.Poison is not null)
                continue;
            try
            {
                if (timedOut)
                    _commits.SyncThrough(_commits.CurrentLog, _commits.CurrentLog.Written);
                if (_commits.WantsPreparation)
                    _commits.PrepareAhead();
            }
            catch (StorageException e)
            {
                _core.ReportError("prepare or sync the log", e);
            }
        }
    }

    private void Guard(string operation, Action action)
    {
        Interlocked.Increment(ref _running);
        try
        {
            action();
        }
        catch (OperationCanceledException)
        {
            return;
        }
        catch (CorruptionException e)
        {
            // Merging on over damage would spread it; reads go on, and say where it is when they meet it.
            _core.SetPoison(e);
            _core.ReportError(operation, e);
        }
        catch (StorageException e)
        {
            _core.CountBackgroundFailure(e);
            _core.ReportError(operation, e);
            Pause();
        }
        finally
        {
            Interlocked.Decrement(ref _running);
            lock (_core.StateLock)
                _core.PulseStateUnsynchronized();
        }
    }

    // After a failure that may pass, such as a full disk: wait a little, then the work is found again.
    private void Pause()
    {
        lock (_core.StateLock)
        {
            if (!_stopping)
                Monitor.Wait(_core.StateLock, s_retryDelay);
        }
    }
}
