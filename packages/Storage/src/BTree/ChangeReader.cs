using Gabbro.Storage.BTree.Engine;

namespace Gabbro.Storage.BTree;

/// <summary>
/// Reads the committed transactions of a database one after the other, out of its log, to ship them to a follower: another
/// database that <see cref="BTreeDatabase.ApplyChange"/> repeats them in and that can take over at any moment.
/// </summary>
/// <remarks>
/// The log is a ring: a follower that falls back by more than its capacity, or that a transaction too large for the log has
/// passed by, must start anew from a copy (<see cref="BTreeDatabase.BackUpForFollower"/>). One thread at a time.
/// </remarks>
public sealed class ChangeReader
{
    private readonly Connection _connection;
    private byte[] _record = new byte[4096];

    internal ChangeReader(Connection connection, ulong position)
    {
        _connection = connection;
        Position = position;
    }

    /// <summary>Where the next transaction begins in the log. Keep it to go on from here later.</summary>
    public ulong Position { get; private set; }

    /// <summary>Takes the next committed transaction, if there is one.</summary>
    /// <param name="change">Its bytes, to be given to the follower as they are; valid until the next call.</param>
    /// <returns>False when the reader has caught up.</returns>
    /// <exception cref="StorageException">The log no longer holds the transaction (<see cref="StorageErrorKind.NotFound"/>).</exception>
    /// <exception cref="ObjectDisposedException">The database is closed.</exception>
    public bool TryRead(out ReadOnlySpan<byte> change)
    {
        _connection.ThrowIfDisposed();
        change = default;
        var end = _connection.VisibleLogEnd;
        if (Position >= end)
            return false;
        if (!_connection.Log.TryCopy(Position, ref _record, out var length, out var next))
        {
            throw new StorageException(
                StorageErrorKind.NotFound,
                $"read changes of {_connection.Path}: the log no longer holds position {Position}; start the follower from a new copy",
                _connection.Path);
        }

        Position = next;
        change = _record.AsSpan(0, length);
        return true;
    }
}
