using Gabbro.Storage.Lsm.Engine;
using Gabbro.Storage.Lsm.Epochs;
using Gabbro.Storage.Lsm.Format;
using Gabbro.Storage.Lsm.Transactions;

namespace Gabbro.Storage.Lsm;

public sealed unsafe partial class LsmDatabase
{
    private static readonly TimeSpan s_defaultLockTimeout = TimeSpan.FromSeconds(1);

    internal LockTable LockTable { get; } = new();

    /// <summary>Begins a transaction.</summary>
    /// <param name="mode">How it guards against others.</param>
    /// <param name="lockTimeout">How long a pessimistic one waits for a lock; null for one second.</param>
    public LsmTransaction BeginTransaction(TransactionMode mode = TransactionMode.Optimistic, TimeSpan? lockTimeout = null)
    {
        if (!Enum.IsDefined(mode))
            throw new ArgumentOutOfRangeException(nameof(mode), mode, "not a defined mode");
        Writable();
        return new LsmTransaction(this, mode, lockTimeout ?? s_defaultLockTimeout);
    }

    /// <summary>Reads several keys from one state.</summary>
    /// <param name="keys">The keys.</param>
    /// <param name="family">The family; null for the default one.</param>
    /// <param name="options">How, or null.</param>
    /// <returns>A value or null for each key, in their order.</returns>
    public byte[]?[] MultiGet(IReadOnlyList<byte[]> keys, ColumnFamily? family = null, ReadOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(keys);
        family ??= DefaultFamily;
        // A secondary's state stands still between two calls of CatchUp.
        using var own = options?.Snapshot is null && _secondary is null ? CreateSnapshot() : null;
        var read = new ReadOptions { Snapshot = options?.Snapshot ?? own, FillCache = options?.FillCache ?? true };
        var values = new byte[]?[keys.Count];
        // In key order neighbours share blocks while they are in the processor's cache.
        var order = Enumerable.Range(0, keys.Count).ToArray();
        Array.Sort(order, (a, b) => KeyOrder.Compare(keys[a], keys[b]));
        foreach (var i in order)
            values[i] = Get(family, keys[i], read);
        return values;
    }

    internal void CommitTransaction(WriteBatch batch, IReadOnlyDictionary<(uint Family, string Key), ulong>? tracked, WriteOptions options)
    {
        var commits = Writable();
        if (batch.Count == 0)
            return;
        commits.Write(batch, MustSync(options), tracked is null ? null : () => RequireUnchanged(tracked));
    }

    private void RequireUnchanged(IReadOnlyDictionary<(uint Family, string Key), ulong> tracked)
    {
        foreach (var ((family, key), seen) in tracked)
        {
            if (NewestSequence(family, Convert.FromHexString(key)) > seen)
                throw new StorageException(StorageErrorKind.Conflict, $"key {key} was changed by another writer meanwhile");
        }
    }

    // Of all writes, visible or not: the commit lock is held, so none is under way. A range tombstone is a change too.
    // What compaction has zeroed is older than every snapshot, this transaction's among them.
    private ulong NewestSequence(uint familyId, byte[] key)
    {
        if (_core.Family(familyId) is not { } family)
            throw new StorageException(StorageErrorKind.Conflict, $"column family {familyId} was dropped meanwhile");
        var view = family.Acquire();
        try
        {
            var tombstone = ViewIterators.RangeTombstones(view, null, null).Covering(key, Trailer.MaxSequence);
            var thread = Epoch.Enter();
            try
            {
                fixed (byte* p = key)
                {
                    var lookup = new PointLookup(view, p, key.Length, Trailer.MaxSequence);
                    return lookup.TryFind(fillCache: true) ? Math.Max(tombstone, Trailer.Sequence(lookup.Trailer)) : tombstone;
                }
            }
            finally
            {
                Epoch.Exit(thread);
            }
        }
        finally
        {
            view.Release();
        }
    }
}
