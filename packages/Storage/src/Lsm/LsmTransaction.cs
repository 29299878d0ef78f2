using Gabbro.Storage.Lsm.Engine;
using Gabbro.Storage.Lsm.Format;
using Gabbro.Storage.Lsm.Transactions;

namespace Gabbro.Storage.Lsm;

/// <summary>
/// Reads and writes that take effect together: reads see one snapshot and the transaction's own writes; the writes
/// become visible, and durable as asked, at <see cref="Commit"/> or not at all.
/// </summary>
/// <remarks>
/// Not safe for several threads. Write-write conflicts, and conflicts on keys read by <see cref="GetForUpdate"/>, are found;
/// keys read by <see cref="Get"/> alone may change meanwhile (snapshot isolation). Disposing rolls back.
/// </remarks>
public sealed class LsmTransaction : IDisposable
{
    private readonly LsmDatabase _database;
    private readonly TransactionMode _mode;
    private readonly TimeSpan _lockTimeout;
    private readonly WriteBatch _batch = new();
    private readonly SortedDictionary<(uint Family, byte[] Key), byte[]?> _own = new(new OwnKeyOrder());
    private readonly Dictionary<(uint Family, string Key), ulong> _tracked = [];
    private readonly Stack<(int Locks, KeyValuePair<(uint, byte[]), byte[]?>[] Own)> _savePoints = new();
    private Snapshot? _snapshot;

    internal LsmTransaction(LsmDatabase database, TransactionMode mode, TimeSpan lockTimeout)
    {
        _database = database;
        _mode = mode;
        _lockTimeout = lockTimeout;
        _snapshot = database.CreateSnapshot();
    }

    internal List<(uint Family, string Key)> Locks { get; } = [];

    /// <summary>Whether the transaction can still be used.</summary>
    public bool IsActive => _snapshot is not null;

    /// <summary>The value that the transaction sees, or null.</summary>
    /// <exception cref="ObjectDisposedException">The transaction has ended.</exception>
    public byte[]? Get(ReadOnlySpan<byte> key, ColumnFamily? family = null)
    {
        var snapshot = Active();
        family ??= _database.DefaultFamily;
        return _own.TryGetValue((family.Id, key.ToArray()), out var own)
            ? own
            : _database.Get(family, key, new ReadOptions { Snapshot = snapshot });
    }

    /// <summary>
    /// The value of now, or null, and the promise that it does not change before the commit: by a lock, or by a check at commit.
    /// </summary>
    /// <exception cref="StorageException">Pessimistic: <see cref="StorageErrorKind.Busy"/> or <see cref="StorageErrorKind.Deadlock"/>.</exception>
    /// <exception cref="ObjectDisposedException">The transaction has ended.</exception>
    public byte[]? GetForUpdate(ReadOnlySpan<byte> key, ColumnFamily? family = null)
    {
        Active();
        family ??= _database.DefaultFamily;
        if (_own.TryGetValue((family.Id, key.ToArray()), out var own))
            return own;
        Track(family, key);
        return _mode == TransactionMode.Pessimistic ? _database.Get(family, key) : Get(key, family);
    }

    /// <summary>Sets a key's value.</summary>
    /// <exception cref="ArgumentException">Key or value is too long.</exception>
    /// <exception cref="StorageException">Pessimistic: <see cref="StorageErrorKind.Busy"/> or <see cref="StorageErrorKind.Deadlock"/>.</exception>
    /// <exception cref="ObjectDisposedException">The transaction has ended.</exception>
    public void Put(ReadOnlySpan<byte> key, ReadOnlySpan<byte> value, ColumnFamily? family = null)
    {
        Active();
        family ??= _database.DefaultFamily;
        Track(family, key);
        _batch.Put(family, key, value);
        _own[(family.Id, key.ToArray())] = value.ToArray();
    }

    /// <summary>Removes a key.</summary>
    /// <inheritdoc cref="Put"/>
    public void Delete(ReadOnlySpan<byte> key, ColumnFamily? family = null)
    {
        Active();
        family ??= _database.DefaultFamily;
        Track(family, key);
        _batch.Delete(family, key);
        _own[(family.Id, key.ToArray())] = null;
    }

    /// <summary>The keys in [<paramref name="begin"/>, <paramref name="end"/>) as the transaction sees them, its own writes included.</summary>
    /// <param name="begin">The first key.</param>
    /// <param name="end">The key to stop before; null for none.</param>
    /// <param name="family">The family; null for the default one.</param>
    public IEnumerable<KeyValuePair<byte[], byte[]>> Scan(byte[] begin, byte[]? end, ColumnFamily? family = null)
    {
        ArgumentNullException.ThrowIfNull(begin);
        var snapshot = Active();
        family ??= _database.DefaultFamily;
        var own = _own
            .Where(o => o.Key.Family == family.Id && KeyOrder.Compare(o.Key.Key, begin) >= 0 && (end is null || KeyOrder.Compare(o.Key.Key, end) < 0))
            .Select(o => (o.Key.Key, o.Value))
            .ToArray();
        using var stored = _database.NewIterator(family, new ReadOptions { Snapshot = snapshot, LowerBound = begin, UpperBound = end });
        var valid = stored.SeekToFirst();
        var next = 0;
        while (valid || next < own.Length)
        {
            var order = !valid ? 1 : next == own.Length ? -1 : KeyOrder.Compare(stored.Key, own[next].Key);
            if (order < 0)
            {
                yield return new(stored.Key.ToArray(), stored.Value.ToArray());
            }
            else
            {
                if (own[next].Value is { } value)
                    yield return new(own[next].Key, value);
                next++;
            }

            if (order <= 0)
                valid = stored.Next();
        }
    }

    /// <summary>Remembers where the transaction stands now.</summary>
    public void SetSavePoint()
    {
        Active();
        _batch.SetSavePoint();
        _savePoints.Push((Locks.Count, _own.ToArray()));
    }

    /// <summary>Takes back all since the last save point, and gives back the locks taken since.</summary>
    /// <exception cref="InvalidOperationException">There is no save point.</exception>
    public void RollbackToSavePoint()
    {
        Active();
        _batch.RollbackToSavePoint();
        var (locks, own) = _savePoints.Pop();
        _own.Clear();
        foreach (var (key, value) in own)
            _own.Add(key, value);
        _database.LockTable.Release(this, locks);
    }

    /// <summary>Makes all writes, or none.</summary>
    /// <exception cref="StorageException"><see cref="StorageErrorKind.Conflict"/>: a key relied on was changed meanwhile; the
    /// transaction is rolled back. Other kinds: the write failed.</exception>
    /// <exception cref="ObjectDisposedException">The transaction has ended.</exception>
    public void Commit(WriteOptions options = default)
    {
        Active();
        try
        {
            _database.CommitTransaction(_batch, _mode == TransactionMode.Optimistic ? _tracked : null, options);
        }
        finally
        {
            End();
        }
    }

    /// <summary>Forgets all writes and ends the transaction.</summary>
    public void Rollback() => End();

    /// <inheritdoc/>
    public void Dispose() => End();

    private Snapshot Active() => _snapshot ?? throw new ObjectDisposedException(nameof(LsmTransaction), "the transaction has ended");

    private void Track(ColumnFamily family, ReadOnlySpan<byte> key)
    {
        if (_mode == TransactionMode.Pessimistic)
            _database.LockTable.Acquire(this, family.Id, key, _lockTimeout);
        else
            _tracked.TryAdd((family.Id, Convert.ToHexString(key)), _snapshot!.Sequence);
    }

    private void End()
    {
        if (_snapshot is null)
            return;
        _snapshot.Dispose();
        _snapshot = null;
        _database.LockTable.Release(this);
    }
}
