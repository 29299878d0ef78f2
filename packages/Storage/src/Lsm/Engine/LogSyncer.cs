using System.Diagnostics;
using Gabbro.Storage.Lsm.Logs;

namespace Gabbro.Storage.Lsm.Engine;

/// <summary>
/// Group commit: one of those who want a sync leads, the others wait and find theirs done, or one of them leads the next.
/// Who awaits instead of waiting is served by the leader that happens to cover it, or by a thread that starts with the first of
/// them.
/// </summary>
/// <remarks>
/// Those whom a sync has answered come back together, and the first of them would lead at once with nobody but itself, so that
/// every other sync would serve one writer. A leader therefore lets as many come as the last sync served, for at most a quarter
/// of what that sync took: 16 writers get through nearly twice as much, and a writer alone never waits.
/// </remarks>
internal sealed class LogSyncer(DatabaseCore core, CommitPipeline commits) : IDisposable
{
    private readonly object _gate = new();
    private readonly List<SyncWaiter> _waiters = [];
    private readonly Stack<SyncWaiter> _spares = new();
    private Thread? _thread;
    private int _arrived;
    private int _lastGroup;
    private long _lastDuration;
    private bool _isLed;
    private bool _stopping;

    /// <summary>Makes the log durable up to a position, and all older logs whole: a later log never survives alone.</summary>
    /// <exception cref="StorageException">The sync failed, now or earlier: the database takes no more writes.</exception>
    public void SyncThrough(LogWriter log, long end)
    {
        if (log.Synced >= end)
            return;
        lock (_gate)
        {
            _arrived++;
            while (_isLed && log.Synced < end)
                Monitor.Wait(_gate);
            if (log.Synced >= end)
                return;
            ThrowIfPoisoned(log);
            LeadUnsynchronized();
        }

        SyncAsLeader(log);
    }

    /// <summary>As <see cref="SyncThrough"/>, and makes the commit visible; blocks nobody.</summary>
    public ValueTask SyncThroughAsync(Commit commit)
    {
        lock (_gate)
        {
            if (commit.Log.Synced < commit.End)
            {
                if (core.Poison is { } poison)
                    return ValueTask.FromException(Poisoned(commit.Log, poison));
                ObjectDisposedException.ThrowIf(_stopping, typeof(LsmDatabase));
                var waiter = _spares.TryPop(out var spare) ? spare : new SyncWaiter(this);
                waiter.Commit = commit;
                _waiters.Add(waiter);
                _arrived++;
                StartUnsynchronized();
                Monitor.PulseAll(_gate);
                return waiter.Task;
            }
        }

        core.Snapshots.Publish(commit.Sequence);
        return default;
    }

    /// <summary>Closes a log that nothing needs any more, when no sync is using it.</summary>
    public void Close(LogWriter log)
    {
        lock (_gate)
        {
            while (_isLed)
                Monitor.Wait(_gate);
            log.Dispose();
        }
    }

    /// <summary>Serves those who still wait, and ends the thread.</summary>
    public void Dispose()
    {
        lock (_gate)
        {
            _stopping = true;
            Monitor.PulseAll(_gate);
        }

        _thread?.Join();
    }

    /// <summary>Takes back a waiter that has been answered.</summary>
    public void Return(SyncWaiter waiter)
    {
        lock (_gate)
            _spares.Push(waiter);
    }

    private void LeadUnsynchronized()
    {
        _isLed = true;
        // Others commit meanwhile and share the sync; closing ends the wait.
        var delay = core.Options.GroupCommitDelay;
        if (delay > TimeSpan.Zero && core.Options.SyncPolicy == LogSyncPolicy.Group && !_stopping)
            Monitor.Wait(_gate, delay);
    }

    private void SyncAsLeader(LogWriter last)
    {
        StorageException? failure = null;
        LetOthersCome();
        var started = Stopwatch.GetTimestamp();
        try
        {
            foreach (var log in commits.Logs)
            {
                if (log.Synced < log.Written)
                {
                    core.Counters.LogSyncs++;
                    log.Sync();
                }

                if (ReferenceEquals(log, last))
                    break;
            }
        }
        catch (StorageException e)
        {
            failure = e;
            core.SetPoison(e);
            throw;
        }
        finally
        {
            lock (_gate)
            {
                _isLed = false;
                _lastDuration = Stopwatch.GetTimestamp() - started;
                AnswerUnsynchronized(failure);
                Monitor.PulseAll(_gate);
            }
        }
    }

    private void LetOthersCome()
    {
        var deadline = Stopwatch.GetTimestamp() + (_lastDuration / 4);
        while (Volatile.Read(ref _arrived) < _lastGroup && Stopwatch.GetTimestamp() < deadline)
            Thread.Yield();
        lock (_gate)
        {
            _lastGroup = _arrived;
            _arrived = 0;
        }
    }

    private void AnswerUnsynchronized(StorageException? failure)
    {
        var left = 0;
        for (var i = 0; i < _waiters.Count; i++)
        {
            var waiter = _waiters[i];
            var commit = waiter.Commit;
            if (commit.Log.Synced >= commit.End)
            {
                core.Snapshots.Publish(commit.Sequence);
                waiter.Complete(null);
            }
            else if (failure is not null)
            {
                waiter.Complete(Poisoned(commit.Log, failure));
            }
            else
            {
                _waiters[left++] = waiter;
            }
        }

        _waiters.RemoveRange(left, _waiters.Count - left);
    }

    private void StartUnsynchronized()
    {
        if (_thread is not null)
            return;
        _thread = new Thread(Serve) { IsBackground = true, Name = "lsm-sync" };
        _thread.Start();
    }

    private void Serve()
    {
        while (true)
        {
            LogWriter last;
            lock (_gate)
            {
                while (_isLed || (_waiters.Count == 0 && !_stopping))
                    Monitor.Wait(_gate);
                if (_waiters.Count == 0)
                    return;
                // Answered or refused in the meantime, by a leader that failed.
                if (core.Poison is { } poison)
                {
                    AnswerUnsynchronized(poison);
                    continue;
                }

                LeadUnsynchronized();
                last = commits.CurrentLog;
            }

            try
            {
                SyncAsLeader(last);
            }
            catch (StorageException e)
            {
                // The waiters have been told.
                core.ReportError("sync the log", e);
            }
        }
    }

    private void ThrowIfPoisoned(LogWriter log)
    {
        if (core.Poison is { } poison)
            throw Poisoned(log, poison);
    }

    private static StorageException Poisoned(LogWriter log, StorageException cause) =>
        new(StorageErrorKind.Poisoned, $"the log cannot be synced: {cause.Message}", log.Path, cause);
}
