namespace Gabbro.Reactor;

/// <summary>
/// Callbacks from any thread to one loop. Producers append to an array under a short lock; the loop takes the whole array
/// and leaves an empty one, so that it takes the lock once a turn and runs callbacks outside it. What is posted while a
/// batch runs waits for the next turn: a callback that posts itself again cannot keep I/O out.
/// </summary>
internal sealed class WorkQueue
{
    private const int InitialCapacity = 64;

    private readonly Lock _lock = new();
    private WorkItem[] _incoming = new WorkItem[InitialCapacity];
    private int _incomingCount;
    private bool _closed;

    /// <summary>Owned by the loop's thread between <see cref="Take"/> and the end of the batch.</summary>
    private WorkItem[] _batch = new WorkItem[InitialCapacity];
    private int _batchCount;
    private int _batchNext;

    /// <summary>True when a callback waits. A stale answer is possible without a fence; see the wake-up protocol in the loop.</summary>
    public bool HasWork => Volatile.Read(ref _incomingCount) != 0 || _batchNext < _batchCount;

    /// <summary>Appends a callback.</summary>
    /// <returns>False when the queue was closed: nobody will run it.</returns>
    public bool TryAdd(WorkItem item)
    {
        lock (_lock)
        {
            if (_closed)
                return false;
            if (_incomingCount == _incoming.Length)
                Array.Resize(ref _incoming, _incoming.Length * 2);
            _incoming[_incomingCount] = item;
            Volatile.Write(ref _incomingCount, _incomingCount + 1);
            return true;
        }
    }

    /// <summary>Takes the next callback of the current batch. Only the loop's thread.</summary>
    public bool TryNext(out WorkItem item)
    {
        if (_batchNext == _batchCount)
        {
            item = default;
            return false;
        }

        ref WorkItem next = ref _batch[_batchNext++];
        item = next;
        next = default;
        return true;
    }

    /// <summary>Begins a new batch with all that has been posted, unless the last one is not finished. Only the loop's thread.</summary>
    public void Take()
    {
        if (_batchNext < _batchCount || Volatile.Read(ref _incomingCount) == 0)
            return;
        lock (_lock)
        {
            (_batch, _incoming) = (_incoming, _batch);
            _batchCount = _incomingCount;
            _batchNext = 0;
            _incomingCount = 0;
        }
    }

    /// <summary>Refuses callbacks from now on; those already queued can still be taken.</summary>
    public void Close()
    {
        lock (_lock)
            _closed = true;
    }
}
