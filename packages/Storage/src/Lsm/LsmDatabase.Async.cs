using Gabbro.Storage.Lsm.Engine;
using Gabbro.Storage.Lsm.Format;

namespace Gabbro.Storage.Lsm;

// Writes that would wait (for room, for level 0, for a sync, for a flush) complete later and block no thread meanwhile; all
// others complete before they return. Reads have no such forms: they are answered from memory or by one read of a block.
public sealed partial class LsmDatabase
{
    /// <summary>Sets a key's value; completes when the write is as durable as asked.</summary>
    /// <param name="key">At most <see cref="WriteBatch.MaxKeyLength"/> bytes; copied before the call returns.</param>
    /// <param name="value">At most <see cref="WriteBatch.MaxValueLength"/> bytes; copied before the call returns.</param>
    /// <param name="options">How.</param>
    /// <param name="cancellationToken">Heeded until the write takes effect, not after.</param>
    /// <exception cref="ArgumentException">Key or value is too long.</exception>
    /// <exception cref="StorageException">The write failed; see <see cref="Put(ReadOnlySpan{byte}, ReadOnlySpan{byte}, WriteOptions)"/>.</exception>
    /// <exception cref="OperationCanceledException">Cancelled before it took effect.</exception>
    /// <exception cref="ObjectDisposedException">The database is closed.</exception>
    public ValueTask PutAsync(
        ReadOnlySpan<byte> key, ReadOnlySpan<byte> value, WriteOptions options = default, CancellationToken cancellationToken = default) =>
        WriteOneAsync(_core.Family(0)!, EntryKind.Put, key, value, options, cancellationToken);

    /// <inheritdoc cref="PutAsync(ReadOnlySpan{byte}, ReadOnlySpan{byte}, WriteOptions, CancellationToken)"/>
    public ValueTask PutAsync(
        ColumnFamily family, ReadOnlySpan<byte> key, ReadOnlySpan<byte> value, WriteOptions options = default, CancellationToken cancellationToken = default) =>
        WriteOneAsync(CheckFamily(family), EntryKind.Put, key, value, options, cancellationToken);

    /// <summary>Removes a key; completes when the write is as durable as asked.</summary>
    /// <inheritdoc cref="PutAsync(ReadOnlySpan{byte}, ReadOnlySpan{byte}, WriteOptions, CancellationToken)"/>
    public ValueTask DeleteAsync(ReadOnlySpan<byte> key, WriteOptions options = default, CancellationToken cancellationToken = default) =>
        WriteOneAsync(_core.Family(0)!, EntryKind.Delete, key, default, options, cancellationToken);

    /// <inheritdoc cref="DeleteAsync(ReadOnlySpan{byte}, WriteOptions, CancellationToken)"/>
    public ValueTask DeleteAsync(
        ColumnFamily family, ReadOnlySpan<byte> key, WriteOptions options = default, CancellationToken cancellationToken = default) =>
        WriteOneAsync(CheckFamily(family), EntryKind.Delete, key, default, options, cancellationToken);

    /// <summary>Makes all writes of a batch, or none; completes when they are as durable as asked.</summary>
    /// <param name="batch">The batch; not to be changed before the write has completed.</param>
    /// <param name="options">How.</param>
    /// <param name="cancellationToken">Heeded until the batch takes effect, not after.</param>
    /// <exception cref="InvalidOperationException">A family of the batch was dropped.</exception>
    /// <inheritdoc cref="PutAsync(ReadOnlySpan{byte}, ReadOnlySpan{byte}, WriteOptions, CancellationToken)"/>
    public ValueTask WriteAsync(WriteBatch batch, WriteOptions options = default, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(batch);
        return Writable().WriteAsync(batch, MustSync(options), cancellationToken);
    }

    /// <summary>Completes when everything written before the call outlives a power failure.</summary>
    /// <exception cref="StorageException">The sync failed; the database takes no more writes then.</exception>
    public ValueTask SyncAsync() => Writable().SyncAllAsync();

    /// <summary>Completes when what was written before the call is in tables.</summary>
    /// <param name="family">The family; null for all.</param>
    /// <param name="cancellationToken">Ends the wait, not the flush.</param>
    /// <exception cref="StorageException">The flush failed.</exception>
    /// <exception cref="OperationCanceledException">Cancelled.</exception>
    public async ValueTask FlushAsync(ColumnFamily? family = null, CancellationToken cancellationToken = default)
    {
        Writable();
        foreach (var core in family is null ? _core.LiveFamilies.ToArray() : [CheckFamily(family)])
        {
            if (CloseMemtable(core) is not { } last)
                continue;
            var failures = -1L;
            while (true)
            {
                Task change;
                lock (_core.StateLock)
                {
                    if (!core.Immutables.Contains(last) || core.IsDropped)
                        break;
                    _core.ThrowIfUnwritable();
                    if (failures < 0)
                        failures = _core.BackgroundFailures.Count;
                    _core.ThrowIfBackgroundFailed(failures);
                    change = _core.NextStateChangeUnsynchronized();
                }

                await change.WaitAsync(cancellationToken).ConfigureAwait(false);
            }
        }
    }

    private ValueTask WriteOneAsync(
        FamilyCore family, EntryKind kind, ReadOnlySpan<byte> key, ReadOnlySpan<byte> value, WriteOptions options, CancellationToken cancellationToken)
    {
        var commits = Writable();
        var batch = FillBatch(family, kind, key, value, options);
        var write = commits.WriteAsync(batch, MustSync(options), cancellationToken);
        // A write that still waits for room owns the thread's batch now; one that waits for its sync has been copied to the log.
        if (!write.IsCompleted)
            t_batch = null;
        return write;
    }
}
