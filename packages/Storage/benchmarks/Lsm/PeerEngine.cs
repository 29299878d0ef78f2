using Gabbro.Tools.Kvdb.Engines;

namespace Gabbro.Storage.Benchmarks.Lsm;

/// <summary>A store called through its C library, behind the interface that kvdb's workloads use; only what they need.</summary>
internal abstract class PeerEngine(string name) : IEngine
{
    public string Name => name;

    public virtual long BytesWritten => 0;

    public abstract void Put(ReadOnlySpan<byte> key, ReadOnlySpan<byte> value, bool sync);

    public abstract void Delete(ReadOnlySpan<byte> key, bool sync);

    public abstract void Write(IReadOnlyList<(byte[] Key, byte[]? Value)> changes, bool sync);

    public abstract int Get(ReadOnlySpan<byte> key, Span<byte> destination);

    public abstract IEngineCursor NewCursor();

    public abstract void Settle();

    public abstract void Compact();

    public abstract void Dispose();

    public byte[]? Get(ReadOnlySpan<byte> key, IEngineSnapshot? snapshot = null) => throw Unused();

    public void DeleteRange(ReadOnlySpan<byte> begin, ReadOnlySpan<byte> end, bool sync) => throw Unused();

    public void Scan(byte[]? from, byte[]? to, bool descending, IEngineSnapshot? snapshot, EntryVisitor visit) => throw Unused();

    public IEngineSnapshot CreateSnapshot() => throw Unused();

    public T Transact<T>(Func<IEngineTransaction, T> body, bool sync) => throw Unused();

    public void Sync() => throw Unused();

    public void Flush() => throw Unused();

    public void Checkpoint(string directory) => throw Unused();

    public IReadOnlyList<string> Verify() => throw Unused();

    public IReadOnlyList<(string Name, string Value)> Describe() => throw Unused();

    /// <summary>Waits until the files of a directory have not changed for a while: for stores that say nothing of their background work.</summary>
    protected static void WaitForQuiet(string directory)
    {
        var before = "";
        for (var same = 0; same < 4;)
        {
            Thread.Sleep(100);
            var now = string.Join('|', new DirectoryInfo(directory).EnumerateFiles().OrderBy(f => f.Name, StringComparer.Ordinal).Select(Describe));
            same = now == before ? same + 1 : 0;
            before = now;
        }
    }

    // A file may be deleted between the listing and the question.
    private static string Describe(FileInfo file) => file.Exists ? $"{file.Name}:{file.Length}" : file.Name;

    private static NotSupportedException Unused() => new("no workload asks a peer for this");
}
