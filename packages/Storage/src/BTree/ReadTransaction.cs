using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Text;
using Gabbro.Storage.BTree.Engine;
using Gabbro.Storage.BTree.Trees;

namespace Gabbro.Storage.BTree;

/// <summary>A consistent view of the database at one moment: it sees no later commit, blocks no writer and waits for none.</summary>
/// <remarks>
/// A value type over a pooled place: beginning, reading and ending allocate nothing. Copies denote the same transaction;
/// after one is disposed, every copy throws <see cref="ObjectDisposedException"/>. Spans it hands out point into the mapped
/// file and are valid until it is disposed. Several threads may read through one transaction at once, as long as none
/// disposes it meanwhile. A transaction held long keeps the pages of its version from reuse: the file grows.
/// </remarks>
public readonly unsafe struct ReadTransaction : IDisposable
{
    private readonly ReaderSeat _seat;
    private readonly int _stamp;

    internal ReadTransaction(ReaderSeat seat)
    {
        _seat = seat;
        _stamp = seat.Stamp;
    }

    /// <summary>The transaction that made the version: grows with every commit.</summary>
    /// <exception cref="ObjectDisposedException">The transaction has ended.</exception>
    public ulong Version => Seat.Version.Transaction;

    /// <summary>Records in the unnamed tree.</summary>
    /// <exception cref="ObjectDisposedException">The transaction has ended.</exception>
    public long Count => (long)Seat.Version.Main.Records;

    private ReaderSeat Seat
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get
        {
            var seat = _seat;
            if (seat == null || seat.Stamp != _stamp)
                ThrowEnded();
            return seat;
        }
    }

    /// <summary>Looks up a key in the unnamed tree. O(log n), allocates nothing.</summary>
    /// <param name="key">The key; any length, longer than the limit is simply not there.</param>
    /// <param name="value">The value in the mapped file, valid until the transaction ends.</param>
    /// <returns>Whether the key is there.</returns>
    /// <exception cref="CorruptionException">A page on the way is damaged.</exception>
    /// <exception cref="ObjectDisposedException">The transaction has ended.</exception>
    public bool TryGet(scoped ReadOnlySpan<byte> key, out ReadOnlySpan<byte> value)
    {
        var seat = Seat;
        return Find(seat, seat.Version.Main, key, out value);
    }

    /// <summary>Looks up a key in a named tree. O(log n), allocates nothing.</summary>
    /// <param name="tree">A tree of this transaction.</param>
    /// <param name="key">The key.</param>
    /// <param name="value">The value in the mapped file, valid until the transaction ends.</param>
    /// <returns>Whether the key is there.</returns>
    /// <exception cref="ArgumentException">The tree is of another transaction.</exception>
    /// <exception cref="CorruptionException">A page on the way is damaged.</exception>
    /// <exception cref="ObjectDisposedException">The transaction has ended.</exception>
    public bool TryGet(TreeHandle tree, scoped ReadOnlySpan<byte> key, out ReadOnlySpan<byte> value)
    {
        var seat = Seat;
        return Find(seat, RootOf(seat, tree), key, out value);
    }

    /// <summary>Whether a key is in the unnamed tree. O(log n), allocates nothing.</summary>
    /// <exception cref="CorruptionException">A page on the way is damaged.</exception>
    /// <exception cref="ObjectDisposedException">The transaction has ended.</exception>
    public bool Contains(ReadOnlySpan<byte> key) => TryGet(key, out _);

    /// <summary>A copy of a value of the unnamed tree, or null.</summary>
    /// <exception cref="CorruptionException">A page on the way is damaged.</exception>
    /// <exception cref="ObjectDisposedException">The transaction has ended.</exception>
    public byte[]? Get(ReadOnlySpan<byte> key) => TryGet(key, out var value) ? value.ToArray() : null;

    /// <summary>Appends a value of the unnamed tree to a writer.</summary>
    /// <returns>Whether the key is there.</returns>
    /// <exception cref="CorruptionException">A page on the way is damaged.</exception>
    /// <exception cref="ObjectDisposedException">The transaction has ended.</exception>
    public bool TryGet(ReadOnlySpan<byte> key, IBufferWriter<byte> destination)
    {
        ArgumentNullException.ThrowIfNull(destination);
        if (!TryGet(key, out ReadOnlySpan<byte> value))
            return false;
        destination.Write(value);
        return true;
    }

    /// <summary>Finds a named tree.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="tree">The tree, for this transaction.</param>
    /// <returns>Whether there is one.</returns>
    /// <exception cref="CorruptionException">A page on the way is damaged.</exception>
    /// <exception cref="ObjectDisposedException">The transaction has ended.</exception>
    public bool TryOpenTree(string name, out TreeHandle tree)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        var seat = Seat;
        if (Find(seat, seat.Version.Catalog, Encoding.UTF8.GetBytes(name), out var value) && value.Length == CatalogEntry.Size)
        {
            tree = new TreeHandle(seat, _stamp, 1, MemoryMarshal.Read<CatalogEntry>(value).Root);
            return true;
        }

        tree = default;
        return false;
    }

    /// <summary>The names of the named trees, in order.</summary>
    /// <exception cref="ObjectDisposedException">The transaction has ended.</exception>
    public IReadOnlyList<string> ListTrees()
    {
        var seat = Seat;
        var names = new List<string>();
        var cursor = new TreeCursor(seat.Pages, seat.Version.Catalog);
        for (var valid = cursor.SeekFirst(); valid; valid = cursor.Next())
        {
            if (cursor.Key is not [0, ..])
                names.Add(Encoding.UTF8.GetString(cursor.Key));
        }

        return names;
    }

    /// <summary>Records in a tree.</summary>
    /// <exception cref="ArgumentException">The tree is of another transaction.</exception>
    /// <exception cref="ObjectDisposedException">The transaction has ended.</exception>
    public long CountOf(TreeHandle tree) => (long)RootOf(Seat, tree).Records;

    /// <summary>A cursor over a tree, standing before the first record until it is moved. Allocates nothing.</summary>
    /// <param name="tree">A tree of this transaction; the default is the unnamed one.</param>
    /// <exception cref="ArgumentException">The tree is of another transaction.</exception>
    /// <exception cref="ObjectDisposedException">The transaction has ended.</exception>
    public BTreeCursor OpenCursor(TreeHandle tree = default)
    {
        var seat = Seat;
        return new BTreeCursor(seat, _stamp, RootOf(seat, tree));
    }

    /// <summary>A cursor over an index, standing before the first entry until it is moved.</summary>
    /// <param name="index">The name of the index.</param>
    /// <param name="tree">The tree it belongs to; null for the unnamed one.</param>
    /// <exception cref="StorageException">There is no such index.</exception>
    /// <exception cref="ObjectDisposedException">The transaction has ended.</exception>
    public IndexCursor OpenIndex(string index, string? tree = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(index);
        var seat = Seat;
        if (!Find(seat, seat.Version.Catalog, BTreeDatabase.IndexName(index, tree), out var value))
            throw new StorageException(StorageErrorKind.NotFound, $"read {seat.File.Path}: there is no index '{index}'", seat.File.Path);
        var root = MemoryMarshal.Read<CatalogEntry>(value).Root;
        return new IndexCursor(new BTreeCursor(seat, _stamp, root));
    }

    /// <summary>Ends the transaction. Spans and cursors it gave are invalid from here on.</summary>
    public void Dispose()
    {
        var seat = _seat;
        if (seat != null && seat.Stamp == _stamp)
            ReaderSeats.Leave(seat);
    }

    internal ReaderSeat RequireSeat() => Seat;

    internal bool TryGetIn(ReadOnlySpan<byte> tree, ReadOnlySpan<byte> key, out ReadOnlySpan<byte> value)
    {
        value = default;
        return Find(Seat, Seat.Version.Catalog, tree, out var entry)
            && Find(Seat, MemoryMarshal.Read<CatalogEntry>(entry).Root, key, out value);
    }

    internal bool HasTree(ReadOnlySpan<byte> name) => Find(Seat, Seat.Version.Catalog, name, out _);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static bool Find(ReaderSeat seat, scoped in TreeRoot root, scoped ReadOnlySpan<byte> key, out ReadOnlySpan<byte> value)
    {
        fixed (byte* k = &MemoryMarshal.GetReference(key))
        {
            if (TreeReader.TryFind(seat.Pages, root, k, key.Length, out var found, out var length))
            {
                value = new ReadOnlySpan<byte>(found, length);
                return true;
            }
        }

        value = default;
        return false;
    }

    private TreeRoot RootOf(ReaderSeat seat, in TreeHandle tree)
    {
        if (tree.Owner == null)
            return seat.Version.Main;
        if (!ReferenceEquals(tree.Owner, seat) || tree.Stamp != _stamp)
            throw new ArgumentException("The tree was opened by another transaction.", nameof(tree));
        return tree.Root;
    }

    [DoesNotReturn]
    private static void ThrowEnded() => throw new ObjectDisposedException(nameof(ReadTransaction));
}
