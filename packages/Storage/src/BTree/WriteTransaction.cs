using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Text;
using Gabbro.Storage.BTree.Engine;
using Gabbro.Storage.BTree.Pages;
using Gabbro.Storage.BTree.Trees;

namespace Gabbro.Storage.BTree;

/// <summary>A transaction that changes the database: all of it becomes visible at its commit, or none.</summary>
/// <remarks>
/// One runs at a time, over all threads and processes; others wait for their turn. It sees its own changes. Disposing it
/// without a commit rolls it back, as does the death of the process. A value type over a pooled place: nothing is allocated.
/// It belongs to the thread that began it until it ends, and that thread must not begin another on the same database before.
/// </remarks>
public readonly unsafe struct WriteTransaction : IDisposable
{
    private readonly WriteSession _session;
    private readonly BTreeDatabase _database;
    private readonly int _stamp;

    internal WriteTransaction(BTreeDatabase database, WriteSession session)
    {
        _database = database;
        _session = session;
        _stamp = session.Stamp;
    }

    /// <summary>The number of the transaction, by which <see cref="ReadTransaction.Version"/> will name its result.</summary>
    /// <exception cref="ObjectDisposedException">The transaction has ended.</exception>
    public ulong Number => Session.Transaction;

    private WriteSession Session
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get
        {
            var session = _session;
            if (session == null || session.Stamp != _stamp)
                throw new ObjectDisposedException(nameof(WriteTransaction));
            return session;
        }
    }

    /// <summary>Stores a record in the unnamed tree, replacing the value if the key is there.</summary>
    /// <param name="key">0 to <see cref="BTreeDatabase.MaximumKeyLength"/> bytes.</param>
    /// <param name="value">Up to about 2 GiB.</param>
    /// <returns>Whether the key is new.</returns>
    /// <exception cref="ArgumentException">The key or the value is too long; nothing has happened.</exception>
    /// <exception cref="StorageException">The disk is full or failed; the transaction can only be rolled back.</exception>
    /// <exception cref="CorruptionException">A page on the way is damaged; likewise.</exception>
    /// <exception cref="ObjectDisposedException">The transaction has ended.</exception>
    public bool Put(ReadOnlySpan<byte> key, ReadOnlySpan<byte> value) => Put(default, key, value);

    /// <summary>Stores a record in a tree, replacing the value if the key is there.</summary>
    /// <inheritdoc cref="Put(ReadOnlySpan{byte}, ReadOnlySpan{byte})"/>
    /// <param name="tree">A tree of this transaction.</param>
    /// <param name="key">0 to <see cref="BTreeDatabase.MaximumKeyLength"/> bytes.</param>
    /// <param name="value">Up to about 2 GiB.</param>
    public bool Put(TreeHandle tree, ReadOnlySpan<byte> key, ReadOnlySpan<byte> value)
    {
        var session = Session;
        if (key.Length > _database.MaximumKeyLength)
            throw new ArgumentException($"A key has at most {_database.MaximumKeyLength} bytes, not {key.Length}.", nameof(key));
        if (value.Length > TreeLimits.MaximumValue)
            throw new ArgumentException($"A value has at most {TreeLimits.MaximumValue} bytes, not {value.Length}.", nameof(value));
        return session.PutIndexed(IndexOf(session, tree), key, value);
    }

    /// <summary>Removes a record of the unnamed tree.</summary>
    /// <returns>Whether the key was there.</returns>
    /// <exception cref="StorageException">The disk is full or failed; the transaction can only be rolled back.</exception>
    /// <exception cref="CorruptionException">A page on the way is damaged; likewise.</exception>
    /// <exception cref="ObjectDisposedException">The transaction has ended.</exception>
    public bool Delete(ReadOnlySpan<byte> key) => Delete(default, key);

    /// <summary>Removes a record of a tree.</summary>
    /// <inheritdoc cref="Delete(ReadOnlySpan{byte})"/>
    /// <param name="tree">A tree of this transaction.</param>
    /// <param name="key">The key.</param>
    public bool Delete(TreeHandle tree, ReadOnlySpan<byte> key)
    {
        var session = Session;
        return session.DeleteIndexed(IndexOf(session, tree), key);
    }

    /// <summary>Removes all records with keys from <paramref name="from"/> to below <paramref name="to"/>.</summary>
    /// <param name="from">The first key.</param>
    /// <param name="to">The end; empty for the end of the tree.</param>
    /// <param name="tree">A tree of this transaction; the default is the unnamed one.</param>
    /// <returns>How many there were.</returns>
    /// <exception cref="StorageException">The disk is full or failed; the transaction can only be rolled back.</exception>
    /// <exception cref="CorruptionException">A page on the way is damaged; likewise.</exception>
    /// <exception cref="ObjectDisposedException">The transaction has ended.</exception>
    public long DeleteRange(ReadOnlySpan<byte> from, ReadOnlySpan<byte> to, TreeHandle tree = default)
    {
        var session = Session;
        return session.DeleteRangeIndexed(IndexOf(session, tree), from, to);
    }

    /// <summary>Looks up a key in the unnamed tree, with this transaction's changes.</summary>
    /// <param name="key">The key.</param>
    /// <param name="value">The value, valid until the transaction's next change.</param>
    /// <returns>Whether the key is there.</returns>
    /// <exception cref="CorruptionException">A page on the way is damaged.</exception>
    /// <exception cref="ObjectDisposedException">The transaction has ended.</exception>
    public bool TryGet(scoped ReadOnlySpan<byte> key, out ReadOnlySpan<byte> value) => TryGet(default, key, out value);

    /// <summary>Looks up a key in a tree, with this transaction's changes.</summary>
    /// <inheritdoc cref="TryGet(ReadOnlySpan{byte}, out ReadOnlySpan{byte})"/>
    /// <param name="tree">A tree of this transaction.</param>
    /// <param name="key">The key.</param>
    /// <param name="value">The value, valid until the transaction's next change.</param>
    public bool TryGet(TreeHandle tree, scoped ReadOnlySpan<byte> key, out ReadOnlySpan<byte> value)
    {
        var session = Session;
        return session.TryGet(IndexOf(session, tree), key, out value);
    }

    /// <summary>Whether a key is in the unnamed tree.</summary>
    /// <exception cref="CorruptionException">A page on the way is damaged.</exception>
    /// <exception cref="ObjectDisposedException">The transaction has ended.</exception>
    public bool Contains(ReadOnlySpan<byte> key) => TryGet(key, out _);

    /// <summary>A cursor that sees this transaction's changes and can delete.</summary>
    /// <param name="tree">A tree of this transaction; the default is the unnamed one.</param>
    /// <exception cref="ObjectDisposedException">The transaction has ended.</exception>
    public BTreeCursor OpenCursor(TreeHandle tree = default)
    {
        var session = Session;
        return new BTreeCursor(session, IndexOf(session, tree));
    }

    /// <summary>Finds a named tree.</summary>
    /// <returns>Whether there is one.</returns>
    /// <exception cref="ObjectDisposedException">The transaction has ended.</exception>
    public bool TryOpenTree(string name, out TreeHandle tree)
    {
        var session = Session;
        var index = session.FindTree(TreeName(name));
        tree = index < 0 ? default : new TreeHandle(session, _stamp, index, default);
        return index >= 0;
    }

    /// <summary>Finds a named tree, or makes it.</summary>
    /// <param name="name">Its name; not empty, and as UTF-8 no longer than a key.</param>
    /// <exception cref="ArgumentException">The name is empty, too long or has a zero character.</exception>
    /// <exception cref="ObjectDisposedException">The transaction has ended.</exception>
    public TreeHandle OpenTree(string name)
    {
        var session = Session;
        var bytes = TreeName(name);
        var index = session.FindTree(bytes);
        if (index < 0)
            index = session.CreateTree(bytes);
        return new TreeHandle(session, _stamp, index, default);
    }

    /// <summary>Removes a named tree with all its records and indexes.</summary>
    /// <returns>Whether there was one.</returns>
    /// <exception cref="ObjectDisposedException">The transaction has ended.</exception>
    public bool DropTree(string name)
    {
        var session = Session;
        var index = session.FindTree(TreeName(name));
        if (index < 0)
            return false;
        session.DropTreeIndexed(index);
        return true;
    }

    /// <summary>Records in a tree.</summary>
    /// <exception cref="ObjectDisposedException">The transaction has ended.</exception>
    public long CountOf(TreeHandle tree = default)
    {
        var session = Session;
        return (long)session.Tree(IndexOf(session, tree)).Root.Records;
    }

    /// <summary>Marks a point to which the transaction can be rolled back without ending it.</summary>
    /// <exception cref="ObjectDisposedException">The transaction has ended.</exception>
    public Savepoint CreateSavepoint() => new(Session, _stamp, Session.BeginSavepoint());

    /// <summary>Undoes everything since a savepoint, which can be rolled back to again; later savepoints are gone.</summary>
    /// <exception cref="ArgumentException">The savepoint is another transaction's, or was released or rolled back over.</exception>
    /// <exception cref="ObjectDisposedException">The transaction has ended.</exception>
    public void RollBackTo(Savepoint savepoint)
    {
        var session = Session;
        if (!savepoint.BelongsTo(session, _stamp) || !session.RollBackToSavepoint(savepoint.Identity))
            throw new ArgumentException("The savepoint is not one of this transaction any more.", nameof(savepoint));
    }

    /// <summary>Keeps what was done since a savepoint and forgets it and those after it.</summary>
    /// <exception cref="ArgumentException">The savepoint is another transaction's, or was released or rolled back over.</exception>
    /// <exception cref="ObjectDisposedException">The transaction has ended.</exception>
    public void Release(Savepoint savepoint)
    {
        var session = Session;
        if (!savepoint.BelongsTo(session, _stamp) || !session.ReleaseSavepoint(savepoint.Identity))
            throw new ArgumentException("The savepoint is not one of this transaction any more.", nameof(savepoint));
    }

    /// <summary>Makes the changes visible, and durable as the database's options say; ends the transaction.</summary>
    /// <exception cref="StorageException">The disk is full or failed. If nothing was logged the transaction is rolled back;
    /// if the log could not be synced the outcome is unknown and the database refuses further writes until reopened.</exception>
    /// <exception cref="ObjectDisposedException">The transaction has ended.</exception>
    public void Commit() => Session.Commit(_database.Options.Durability);

    /// <inheritdoc cref="Commit()"/>
    /// <param name="durability">What to wait for.</param>
    public void Commit(CommitDurability durability) => Session.Commit(durability);

    /// <summary>
    /// Commits as <see cref="CommitDurability.Full"/> does, without blocking for the disk: the transaction has ended and the
    /// next writer may begin when this returns; the task ends when the changes are durable and visible. All commits that
    /// wait at that moment, of this and of other processes, share one sync.
    /// </summary>
    /// <param name="cancellationToken">Looked at before the commit; a commit under way cannot be called back.</param>
    /// <returns>A task to be awaited once.</returns>
    /// <exception cref="StorageException">As <see cref="Commit()"/>; a failure of the sync ends the task instead.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled before; the transaction goes on.</exception>
    /// <exception cref="ObjectDisposedException">The transaction has ended.</exception>
    public ValueTask CommitAsync(CancellationToken cancellationToken = default)
    {
        var session = Session;
        cancellationToken.ThrowIfCancellationRequested();
        return session.CommitAsync();
    }

    /// <summary>Undoes all changes; ends the transaction.</summary>
    /// <exception cref="ObjectDisposedException">The transaction has ended.</exception>
    public void RollBack() => Session.RollBack();

    /// <summary>Rolls back unless the transaction has ended.</summary>
    public void Dispose()
    {
        if (_session != null && _session.Stamp == _stamp)
            _session.RollBack();
    }

    private byte[] TreeName(string name)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        var bytes = Encoding.UTF8.GetBytes(name);
        if (bytes.Length > _database.MaximumKeyLength)
            throw new ArgumentException($"The name of a tree has at most {_database.MaximumKeyLength} bytes.", nameof(name));
        if (bytes.Contains((byte)0))
            throw new ArgumentException("The name of a tree has no zero character.", nameof(name));
        return bytes;
    }

    private int IndexOf(WriteSession session, in TreeHandle tree)
    {
        if (tree.Owner == null)
            return 0;
        if (!ReferenceEquals(tree.Owner, session) || tree.Stamp != _stamp || session.Tree(tree.Index).IsDropped)
            throw new ArgumentException("The tree was opened by another transaction, or dropped.", nameof(tree));
        return tree.Index;
    }
}
