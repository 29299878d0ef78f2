using Gabbro.Storage.Lsm.Epochs;
using Gabbro.Storage.Lsm.Memtables;
using Gabbro.Storage.Lsm.Versions;
using Version = Gabbro.Storage.Lsm.Versions.Version;

namespace Gabbro.Storage.Lsm.Engine;

/// <summary>What a column family is made of. Everything but <see cref="Current"/> is guarded by the core's state lock.</summary>
internal sealed class FamilyCore
{
    private SuperVersion _current;

    public FamilyCore(uint id, string name, ColumnFamilyOptions options, Memtable active, Version version)
    {
        Id = id;
        Name = name;
        Options = options;
        Active = active;
        Version = version;
        _current = new SuperVersion(active, [], version);
        CompactionCursors = new byte[Version.LevelCount][];
    }

    public uint Id { get; }

    public string Name { get; }

    public ColumnFamilyOptions Options { get; }

    public Memtable Active { get; private set; }

    /// <summary>Memtables closed to writes, oldest first.</summary>
    public List<Memtable> Immutables { get; } = [];

    public Version Version { get; private set; }

    public bool IsFlushing { get; set; }

    public bool IsDropped { get; set; }

    /// <summary>Per level, the last key of the table compacted last: the next one is taken from behind it, in turn.</summary>
    public byte[]?[] CompactionCursors { get; }

    /// <summary>Held by manual compactions; the background picks nothing of this family meanwhile.</summary>
    public int ManualCompactions { get; set; }

    /// <summary>The latest super version. Inside an epoch it is safe to use; to keep it, count a reference there.</summary>
    public SuperVersion Current => Volatile.Read(ref _current);

    /// <summary>The oldest log that holds entries of this family which no table has.</summary>
    public ulong OldestLog => Immutables.Count > 0 ? Immutables[0].Log : Active.Log;

    public SuperVersion Acquire()
    {
        var thread = Epoch.Enter();
        try
        {
            var current = Current;
            current.AddReference();
            return current;
        }
        finally
        {
            Epoch.Exit(thread);
        }
    }

    public void SwitchMemtableUnsynchronized(Memtable next, ulong lastLog)
    {
        Active.LastLog = lastLog;
        Immutables.Add(Active);
        Active = next;
        InstallUnsynchronized();
    }

    /// <summary>Replaces an empty active memtable, which nothing needs any more.</summary>
    public void ReplaceActiveUnsynchronized(Memtable next)
    {
        var old = Active;
        Active = next;
        InstallUnsynchronized();
        old.Dispose();
    }

    /// <summary>Puts a new version in force and lets go of flushed memtables.</summary>
    public void InstallVersionUnsynchronized(Version version, IReadOnlyCollection<Memtable> flushed)
    {
        var old = Version;
        Version = version;
        foreach (var memtable in flushed)
            Immutables.Remove(memtable);
        InstallUnsynchronized();
        old.Dispose();
        foreach (var memtable in flushed)
            memtable.Dispose();
    }

    /// <summary>Puts a state read from the files in force, for a secondary: the last memtable is the active one.</summary>
    public void ReplaceAllUnsynchronized(IReadOnlyList<Memtable> memtables, Version version)
    {
        var replaced = Immutables.Append(Active).ToArray();
        var old = Version;
        Immutables.Clear();
        Immutables.AddRange(memtables.SkipLast(1));
        Active = memtables[^1];
        Version = version;
        InstallUnsynchronized();
        old.Dispose();
        foreach (var memtable in replaced)
            memtable.Dispose();
    }

    public void Dispose()
    {
        Epoch.Retire(_current);
        Active.Dispose();
        foreach (var memtable in Immutables)
            memtable.Dispose();
        Version.Dispose();
    }

    private void InstallUnsynchronized()
    {
        var next = new SuperVersion(Active, Immutables.AsEnumerable().Reverse().ToArray(), Version);
        var old = _current;
        Volatile.Write(ref _current, next);
        Epoch.Retire(old);
    }
}
