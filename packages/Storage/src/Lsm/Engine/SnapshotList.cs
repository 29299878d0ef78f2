namespace Gabbro.Storage.Lsm.Engine;

/// <summary>The sequence numbers that live snapshots hold, and the number up to which writes are visible.</summary>
internal sealed class SnapshotList
{
    private readonly Lock _lock = new();
    private readonly SortedDictionary<ulong, int> _held = [];
    private ulong _visible;

    /// <summary>Reads see entries up to here.</summary>
    public ulong Visible => Volatile.Read(ref _visible);

    public int Count
    {
        get
        {
            lock (_lock)
                return _held.Values.Sum();
        }
    }

    /// <summary>Moves the visible number forward; never back.</summary>
    public void Publish(ulong sequence)
    {
        var seen = Volatile.Read(ref _visible);
        while (sequence > seen)
        {
            var before = Interlocked.CompareExchange(ref _visible, sequence, seen);
            if (before == seen)
                return;
            seen = before;
        }
    }

    public Snapshot Create()
    {
        lock (_lock)
        {
            var sequence = Visible;
            _held[sequence] = _held.GetValueOrDefault(sequence) + 1;
            return new Snapshot(this, sequence);
        }
    }

    public void Remove(ulong sequence)
    {
        lock (_lock)
        {
            if (_held[sequence] == 1)
                _held.Remove(sequence);
            else
                _held[sequence]--;
        }
    }

    /// <summary>
    /// What a compaction must keep readable, ascending: every snapshot, and the visible number, which is the least that a
    /// snapshot or a read can begin with from now on.
    /// </summary>
    public ulong[] Stripes()
    {
        lock (_lock)
        {
            var stripes = new List<ulong>(_held.Keys);
            var visible = Visible;
            if (stripes.Count == 0 || stripes[^1] != visible)
                stripes.Add(visible);
            return stripes.ToArray();
        }
    }
}
