using System.Runtime.InteropServices;
using Gabbro.Storage.BTree.Log;

namespace Gabbro.Storage.BTree;

/// <summary>The change stream: shipping the log to a follower.</summary>
public sealed partial class BTreeDatabase
{
    private static readonly byte[] FollowerTree = [0, 0];
    private static readonly byte[] PositionKey = [0];

    /// <summary>
    /// Copies the newest version into a new file that a follower starts from: <see cref="FollowerPosition"/> of the copy is
    /// where <see cref="OpenChanges"/> must go on.
    /// </summary>
    /// <param name="path">The new file; there must be none of that name.</param>
    /// <exception cref="StorageException">As <see cref="BackUp"/>.</exception>
    /// <exception cref="ObjectDisposedException">The database is closed.</exception>
    public void BackUpForFollower(string path)
    {
        ulong position;
        using (var read = BeginRead())
        {
            var seat = read.RequireSeat();
            position = seat.Version.LogEnd;
            _connection.CopyTo(seat.Version, seat.Pages, System.IO.Path.GetFullPath(path));
        }

        using var copy = Open(path, Options with { ReadOnly = false, CreateIfMissing = false, Exclusive = false });
        using var write = copy.BeginWrite();
        copy.SavePosition(position);
        write.Commit();
    }

    /// <summary>Reads transactions from a position of the log on.</summary>
    /// <param name="position">Where a follower stands: its <see cref="FollowerPosition"/>.</param>
    /// <exception cref="ObjectDisposedException">The database is closed.</exception>
    public ChangeReader OpenChanges(ulong position)
    {
        _connection.ThrowIfDisposed();
        return new ChangeReader(_connection, position);
    }

    /// <summary>How far this database, as a follower, has repeated its leader's log; 0 if it is no follower.</summary>
    /// <exception cref="ObjectDisposedException">The database is closed.</exception>
    public ulong FollowerPosition
    {
        get
        {
            using var read = BeginRead();
            return read.TryGetIn(FollowerTree, PositionKey, out var value) ? MemoryMarshal.Read<ulong>(value) : 0;
        }
    }

    /// <summary>
    /// Repeats a transaction of the leader in this database, in one transaction with the new <see cref="FollowerPosition"/>:
    /// after a crash the follower goes on exactly where it was. To take over, stop applying and write.
    /// </summary>
    /// <param name="change">What <see cref="ChangeReader.TryRead"/> gave.</param>
    /// <param name="next">The reader's position after it.</param>
    /// <exception cref="CorruptionException">The bytes are not a transaction.</exception>
    /// <exception cref="StorageException">As <see cref="BeginWrite()"/> and <see cref="WriteTransaction.Commit()"/>.</exception>
    /// <exception cref="ObjectDisposedException">The database is closed.</exception>
    public void ApplyChange(ReadOnlySpan<byte> change, ulong next)
    {
        using var write = BeginWrite();
        try
        {
            _connection.Session.Apply(change[LogRecordHeader.Size..], isLogged: true);
        }
        catch (Exception e) when (e is InvalidDataException or ArgumentException)
        {
            throw new CorruptionException(Path, -1, "a change that is a transaction of a leader", e);
        }

        SavePosition(next);
        write.Commit();
    }

    private void SavePosition(ulong position)
    {
        var session = _connection.Session;
        var tree = session.FindTree(FollowerTree);
        if (tree < 0)
            tree = session.CreateTree(FollowerTree, uint.MaxValue);
        session.Put(tree, PositionKey, MemoryMarshal.AsBytes(new ReadOnlySpan<ulong>(in position)));
    }
}
