using Gabbro.Storage.Lsm.Epochs;
using Gabbro.Storage.Lsm.Memtables;

namespace Gabbro.Storage.Lsm.Versions;

/// <summary>
/// All that a read of a column family needs: the memtable being written, those waiting for their flush (newest first)
/// and the tables. Replaced whole; a replaced one lives on until no epoch and no count holds it.
/// </summary>
internal sealed class SuperVersion : IRetired
{
    private int _references = 1;

    public SuperVersion(Memtable active, Memtable[] immutables, Version version)
    {
        Active = active;
        Immutables = immutables;
        Version = version;
        active.AddReference();
        foreach (var memtable in immutables)
            memtable.AddReference();
        version.AddReference();
    }

    public Memtable Active { get; }

    public Memtable[] Immutables { get; }

    public Version Version { get; }

    /// <summary>Keeps it beyond the current epoch. Only inside one, after reading it from its family.</summary>
    public void AddReference() => Interlocked.Increment(ref _references);

    public void Release()
    {
        if (Interlocked.Decrement(ref _references) != 0)
            return;
        Active.Dispose();
        foreach (var memtable in Immutables)
            memtable.Dispose();
        Version.Dispose();
    }

    /// <inheritdoc/>
    public void Free() => Release();
}
