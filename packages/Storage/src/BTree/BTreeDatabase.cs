using System.Buffers;
using System.Text;
using Gabbro.Storage.BTree.Engine;

namespace Gabbro.Storage.BTree;

/// <summary>An ordered key-value database in one file that many threads of many processes read and write at once.</summary>
/// <remarks>
/// <para>Readers work on snapshots in the mapped file: they wait for nobody and nobody waits for them. Writers take turns.
/// A commit is atomic and, as <see cref="BTreeOptions.Durability"/> says, durable. After the death of any process at any
/// instruction the others carry on; after the death of all, or of the machine, the next to open recovers.</para>
/// <para>Beside the file FILE there may be FILE-wal, the log (only while it is open or was not closed cleanly), and
/// FILE-lock, which carries the locks and shared memory and is empty when nobody has it open. Keep the three together;
/// never copy the file while it is open: use <see cref="BackUp"/>.</para>
/// <para>All members may be called from several threads at once. The database must outlive its transactions.</para>
/// </remarks>
public sealed partial class BTreeDatabase : IDisposable
{
    private readonly Connection _connection;

    private BTreeDatabase(Connection connection)
    {
        _connection = connection;
        MaximumKeyLength = connection.File.Pages.Geometry.MaximumKey;
    }

    /// <summary>The options it was opened with.</summary>
    public BTreeOptions Options => _connection.Options;

    /// <summary>The full path of the database file.</summary>
    public string Path => _connection.Path;

    /// <summary>The longest key: just below a quarter of a page (992 bytes for pages of 4096).</summary>
    public int MaximumKeyLength { get; }

    /// <summary>Bytes of a page.</summary>
    public int PageSize => _connection.File.Pages.Geometry.PageSize;

    /// <summary>
    /// Bytes this opening has given the disk to write: log records, and the pages of its commits and checkpoints once for
    /// each checkpoint that carried them to the disk.
    /// </summary>
    public long BytesWritten => _connection.Counters.BytesWritten;

    internal Connection Connection => _connection;

    /// <summary>Opens a database, making it or recovering it if need be.</summary>
    /// <param name="path">The database file.</param>
    /// <param name="options">How; null for the defaults.</param>
    /// <exception cref="ArgumentException">An option is out of range.</exception>
    /// <exception cref="StorageException">There is none and none shall be made; the file is something else or of a newer
    /// format; another process keeps it to itself; or the system refused.</exception>
    /// <exception cref="CorruptionException">File or log are damaged where that shows at once.</exception>
    public static BTreeDatabase Open(string path, BTreeOptions? options = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        options ??= new BTreeOptions();
        options.Validate();
        return new BTreeDatabase(Connection.Open(options.FileSystem, path, options));
    }

    /// <summary>Begins to read the newest version. Allocates nothing once warm; waits for nobody.</summary>
    /// <exception cref="StorageException">All 2048 reader slots of the database are taken.</exception>
    /// <exception cref="ObjectDisposedException">The database is closed.</exception>
    public ReadTransaction BeginRead()
    {
        _connection.ThrowIfDisposed();
        return new ReadTransaction(_connection.Readers.Enter());
    }

    /// <summary>Waits for the turn to write.</summary>
    /// <exception cref="StorageException">The database is read-only or poisoned; another writer held on for longer than
    /// <see cref="BTreeOptions.LockTimeout"/> (<see cref="StorageErrorKind.Busy"/>); or waiting would never end
    /// (<see cref="StorageErrorKind.Deadlock"/>).</exception>
    /// <exception cref="ObjectDisposedException">The database is closed.</exception>
    public WriteTransaction BeginWrite() => BeginWrite(Options.LockTimeout);

    /// <inheritdoc cref="BeginWrite()"/>
    /// <param name="timeout">How long to wait; <see cref="Timeout.InfiniteTimeSpan"/> for ever.</param>
    public WriteTransaction BeginWrite(TimeSpan timeout)
    {
        _connection.ThrowIfDisposed();
        if (!_connection.IsWritable)
            throw new StorageException(StorageErrorKind.ReadOnly, $"write {Path}: it was opened for reading", Path);
        _connection.Session.Begin(timeout);
        return new WriteTransaction(this, _connection.Session);
    }

    /// <summary>Stores one record in a transaction of its own.</summary>
    /// <returns>Whether the key is new.</returns>
    /// <exception cref="ArgumentException">The key or the value is too long.</exception>
    /// <exception cref="StorageException">As <see cref="BeginWrite()"/> and <see cref="WriteTransaction.Commit()"/>.</exception>
    /// <exception cref="ObjectDisposedException">The database is closed.</exception>
    public bool Put(ReadOnlySpan<byte> key, ReadOnlySpan<byte> value)
    {
        using var transaction = BeginWrite();
        var isNew = transaction.Put(key, value);
        transaction.Commit();
        return isNew;
    }

    /// <summary>Removes one record in a transaction of its own.</summary>
    /// <returns>Whether the key was there.</returns>
    /// <exception cref="StorageException">As <see cref="BeginWrite()"/> and <see cref="WriteTransaction.Commit()"/>.</exception>
    /// <exception cref="ObjectDisposedException">The database is closed.</exception>
    public bool Delete(ReadOnlySpan<byte> key)
    {
        using var transaction = BeginWrite();
        var found = transaction.Delete(key);
        if (found)
            transaction.Commit();
        return found;
    }

    /// <summary>Copies a value of the newest version into a buffer. Allocates nothing once warm.</summary>
    /// <param name="key">The key.</param>
    /// <param name="destination">Where to; may be empty to ask for the length.</param>
    /// <param name="length">The value's length; if it is above the buffer's, as much as fits was copied.</param>
    /// <returns>Whether the key is there.</returns>
    /// <exception cref="CorruptionException">A page on the way is damaged.</exception>
    /// <exception cref="ObjectDisposedException">The database is closed.</exception>
    public bool TryGet(ReadOnlySpan<byte> key, Span<byte> destination, out int length)
    {
        using var transaction = BeginRead();
        if (!transaction.TryGet(key, out ReadOnlySpan<byte> value))
        {
            length = 0;
            return false;
        }

        length = value.Length;
        value[..Math.Min(length, destination.Length)].CopyTo(destination);
        return true;
    }

    /// <summary>A copy of a value of the newest version, or null.</summary>
    /// <exception cref="CorruptionException">A page on the way is damaged.</exception>
    /// <exception cref="ObjectDisposedException">The database is closed.</exception>
    public byte[]? Get(ReadOnlySpan<byte> key)
    {
        using var transaction = BeginRead();
        return transaction.Get(key);
    }

    /// <summary>Appends a value of the newest version to a writer.</summary>
    /// <returns>Whether the key is there.</returns>
    /// <exception cref="CorruptionException">A page on the way is damaged.</exception>
    /// <exception cref="ObjectDisposedException">The database is closed.</exception>
    public bool TryGet(ReadOnlySpan<byte> key, IBufferWriter<byte> destination)
    {
        using var transaction = BeginRead();
        return transaction.TryGet(key, destination);
    }

    /// <summary>Whether a key is in the newest version. Allocates nothing once warm.</summary>
    /// <exception cref="CorruptionException">A page on the way is damaged.</exception>
    /// <exception cref="ObjectDisposedException">The database is closed.</exception>
    public bool Contains(ReadOnlySpan<byte> key)
    {
        using var transaction = BeginRead();
        return transaction.Contains(key);
    }

    /// <summary>
    /// Declares a secondary index of a tree in this process, making and filling it if the database does not have it. The
    /// engine then keeps it in step with every change. A process that has not declared an index cannot write to its tree.
    /// </summary>
    /// <param name="index">The name of the index.</param>
    /// <param name="extractor">Computes the index keys of a record.</param>
    /// <param name="tree">The tree; null for the unnamed one.</param>
    /// <exception cref="ArgumentException">A name is empty or too long.</exception>
    /// <exception cref="StorageException">As <see cref="BeginWrite()"/> and <see cref="WriteTransaction.Commit()"/>.</exception>
    /// <exception cref="ObjectDisposedException">The database is closed.</exception>
    public void DefineIndex(string index, IndexExtractor extractor, string? tree = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(index);
        ArgumentNullException.ThrowIfNull(extractor);
        var name = IndexName(index, tree);
        if (name.Length > MaximumKeyLength)
            throw new ArgumentException($"The names of tree and index have at most {MaximumKeyLength - 2} bytes together.", nameof(index));
        _connection.ThrowIfDisposed();
        _connection.DefineExtractor(name, extractor);
        if (!_connection.IsWritable)
            return;
        using (var read = BeginRead())
        {
            if (read.HasTree(name))
                return;
        }

        using var transaction = BeginWrite();
        var session = _connection.Session;
        var handle = tree == null ? default : transaction.OpenTree(tree);
        if (session.CreateIndex(handle.Index, name, extractor))
            transaction.Commit();
    }

    /// <summary>Removes a secondary index from the database.</summary>
    /// <returns>Whether there was one.</returns>
    /// <exception cref="StorageException">As <see cref="BeginWrite()"/> and <see cref="WriteTransaction.Commit()"/>.</exception>
    /// <exception cref="ObjectDisposedException">The database is closed.</exception>
    public bool DropIndex(string index, string? tree = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(index);
        using var transaction = BeginWrite();
        var place = _connection.Session.FindTree(IndexName(index, tree));
        if (place < 0)
            return false;
        _connection.Session.DropTree(place);
        transaction.Commit();
        return true;
    }

    /// <summary>
    /// Makes everything committed before the call, by any process, durable against power failure. With
    /// <see cref="CommitDurability.Full"/> commits it has nothing left to do.
    /// </summary>
    /// <exception cref="StorageException">The disk failed; the database refuses further writes until reopened.</exception>
    /// <exception cref="ObjectDisposedException">The database is closed.</exception>
    public void Flush()
    {
        _connection.ThrowIfDisposed();
        _connection.Flush();
    }

    /// <summary>
    /// As <see cref="Flush"/>, without blocking the caller: with relaxed commits before it, a way to make many of them
    /// durable at once.
    /// </summary>
    /// <param name="cancellationToken">Looked at before anything is done; a sync under way cannot be called back.</param>
    /// <returns>A task that ends when everything committed before the call is durable; await it once.</returns>
    /// <exception cref="StorageException">The disk failed; the database refuses further writes until reopened.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled before.</exception>
    /// <exception cref="ObjectDisposedException">The database is closed.</exception>
    public ValueTask FlushAsync(CancellationToken cancellationToken = default)
    {
        _connection.ThrowIfDisposed();
        cancellationToken.ThrowIfCancellationRequested();
        return _connection.FlushAsync();
    }

    /// <summary>Brings the file up to date with the log, so that the log need not be replayed. Runs by itself as needed.</summary>
    /// <exception cref="StorageException">The disk is full or failed, or another checkpoint took too long.</exception>
    /// <exception cref="ObjectDisposedException">The database is closed.</exception>
    public void Checkpoint()
    {
        _connection.ThrowIfDisposed();
        if (_connection.IsWritable)
            _connection.Checkpoint(wait: true);
    }

    /// <summary>Closes the database. The last to close brings the file up to date and removes the log.</summary>
    /// <exception cref="StorageException">The disk is full or failed; nothing committed is lost, the next to open recovers.</exception>
    public void Dispose()
    {
        _connection.Dispose();
    }

    internal static byte[] IndexName(string index, string? tree) =>
        IndexEntry.TreeName(Encoding.UTF8.GetBytes(tree ?? ""), Encoding.UTF8.GetBytes(index));
}
