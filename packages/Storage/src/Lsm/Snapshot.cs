using Gabbro.Storage.Lsm.Engine;

namespace Gabbro.Storage.Lsm;

/// <summary>The state of all families at one moment, kept readable until it is disposed.</summary>
/// <remarks>Costs nothing but that compaction keeps what it sees. Safe for any number of threads.</remarks>
public sealed class Snapshot : IDisposable
{
    private readonly SnapshotList _owner;
    private int _disposed;

    internal Snapshot(SnapshotList owner, ulong sequence)
    {
        _owner = owner;
        Sequence = sequence;
    }

    /// <summary>The number of the last write it sees.</summary>
    public ulong Sequence { get; }

    internal bool IsDisposed => Volatile.Read(ref _disposed) != 0;

    internal SnapshotList Owner => _owner;

    /// <summary>Lets go of the state. Iterators made from it stay valid.</summary>
    public void Dispose()
    {
        if (Interlocked.Exchange(ref _disposed, 1) == 0)
            _owner.Remove(Sequence);
    }
}
