namespace Gabbro.Storage.Lsm.Transactions;

/// <summary>
/// Exclusive locks on keys for pessimistic transactions, with first-come-first-served waiting and a search for cycles in
/// the waits-for graph whenever one would be closed: the transaction that would close it is told at once.
/// </summary>
internal sealed class LockTable
{
    private readonly object _lock = new();
    private readonly Dictionary<(uint Family, string Key), LsmTransaction> _owners = [];
    private readonly Dictionary<LsmTransaction, LsmTransaction> _waitsFor = [];

    /// <summary>Takes a lock, waiting for at most <paramref name="timeout"/>.</summary>
    /// <exception cref="StorageException">A deadlock would result, or the time ran out.</exception>
    public void Acquire(LsmTransaction owner, uint family, ReadOnlySpan<byte> key, TimeSpan timeout)
    {
        var name = (family, Convert.ToHexString(key));
        var deadline = Environment.TickCount64 + (long)timeout.TotalMilliseconds;
        lock (_lock)
        {
            while (_owners.TryGetValue(name, out var holder))
            {
                if (ReferenceEquals(holder, owner))
                    return;
                if (Reaches(holder, owner))
                    throw new StorageException(StorageErrorKind.Deadlock, $"waiting for the lock on key {name.Item2} would be a deadlock");
                var left = deadline - Environment.TickCount64;
                if (left <= 0)
                    throw new StorageException(StorageErrorKind.Busy, $"the lock on key {name.Item2} was not free within {timeout.TotalMilliseconds:F0} ms");
                _waitsFor[owner] = holder;
                Monitor.Wait(_lock, (int)Math.Min(left, int.MaxValue));
                _waitsFor.Remove(owner);
            }

            _owners[name] = owner;
            owner.Locks.Add(name);
        }
    }

    /// <summary>Gives back locks of a transaction from the <paramref name="from"/>-th on.</summary>
    public void Release(LsmTransaction owner, int from = 0)
    {
        lock (_lock)
        {
            for (var i = from; i < owner.Locks.Count; i++)
                _owners.Remove(owner.Locks[i]);
            owner.Locks.RemoveRange(from, owner.Locks.Count - from);
            Monitor.PulseAll(_lock);
        }
    }

    // Every transaction waits for at most one other, so the graph is a set of chains.
    private bool Reaches(LsmTransaction from, LsmTransaction target)
    {
        for (var current = from; _waitsFor.TryGetValue(current, out var next); current = next)
        {
            if (ReferenceEquals(next, target))
                return true;
        }

        return false;
    }
}
