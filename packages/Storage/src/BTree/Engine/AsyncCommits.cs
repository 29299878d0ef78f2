namespace Gabbro.Storage.BTree.Engine;

/// <summary>
/// Waits for durability on behalf of callers who do not want to block: one thread a connection, begun with the first of
/// them, syncs for all that have gathered, together with the blocking commits of this and the other processes.
/// </summary>
internal sealed class AsyncCommits(Connection connection) : IDisposable
{
    private readonly Lock _gate = new();
    private readonly Stack<CommitCompletion> _pool = new();
    private readonly AutoResetEvent _arrived = new(false);
    private List<CommitCompletion> _waiting = [];
    private List<CommitCompletion> _taken = [];
    private Thread? _thread;
    private bool _stopped;

    /// <summary>A task that ends when the log is durable up to a position.</summary>
    public ValueTask Wait(ulong position, ulong transaction)
    {
        ValueTask task;
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_stopped, typeof(BTreeDatabase));
            if (!_pool.TryPop(out var completion))
                completion = new CommitCompletion(this);
            task = completion.Begin(position, transaction);
            _waiting.Add(completion);
            if (_thread == null)
            {
                _thread = new Thread(Run) { IsBackground = true, Name = "Gabbro commit" };
                _thread.Start();
            }
        }

        _arrived.Set();
        return task;
    }

    public void Return(CommitCompletion completion)
    {
        lock (_gate)
            _pool.Push(completion);
    }

    /// <summary>Completes what is under way and ends the thread.</summary>
    public void Dispose()
    {
        lock (_gate)
        {
            if (_stopped)
                return;
            _stopped = true;
        }

        _arrived.Set();
        _thread?.Join();
        _arrived.Dispose();
    }

    private void Run()
    {
        while (true)
        {
            lock (_gate)
                (_waiting, _taken) = (_taken, _waiting);
            if (_taken.Count > 0)
            {
                CompleteTaken();
                continue;
            }

            lock (_gate)
            {
                if (_stopped && _waiting.Count == 0)
                    return;
            }

            _arrived.WaitOne();
        }
    }

    private void CompleteTaken()
    {
        ulong position = 0;
        ulong transaction = 0;
        foreach (var completion in _taken)
        {
            position = Math.Max(position, completion.Position);
            transaction = Math.Max(transaction, completion.Transaction);
        }

        Exception? failure = null;
        try
        {
            connection.Sync.WaitFor(position, transaction);
        }
        catch (StorageException e)
        {
            failure = e;
        }

        foreach (var completion in _taken)
            completion.Complete(failure);
        _taken.Clear();
    }
}
