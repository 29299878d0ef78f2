using Gabbro.Storage.BTree.Engine;

namespace Gabbro.Storage.BTree;

/// <summary>A point within a <see cref="WriteTransaction"/> to roll back to.</summary>
public readonly struct Savepoint
{
    private readonly WriteSession? _session;
    private readonly int _stamp;

    internal Savepoint(WriteSession session, int stamp, int identity)
    {
        _session = session;
        _stamp = stamp;
        Identity = identity;
    }

    internal int Identity { get; }

    internal bool BelongsTo(WriteSession session, int stamp) => ReferenceEquals(_session, session) && _stamp == stamp;
}
