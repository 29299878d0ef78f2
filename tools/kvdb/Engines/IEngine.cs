namespace Gabbro.Tools.Kvdb.Engines;

/// <summary>What the tool asks of a storage engine. A member an engine cannot do throws <see cref="NotSupportedException"/>.</summary>
internal interface IEngine : IDisposable
{
    /// <summary>The name on the command line.</summary>
    string Name { get; }

    void Put(ReadOnlySpan<byte> key, ReadOnlySpan<byte> value, bool sync);

    void Delete(ReadOnlySpan<byte> key, bool sync);

    void DeleteRange(ReadOnlySpan<byte> begin, ReadOnlySpan<byte> end, bool sync);

    /// <summary>Makes all changes or none; a null value deletes.</summary>
    void Write(IReadOnlyList<(byte[] Key, byte[]? Value)> changes, bool sync);

    /// <summary>Reads into a buffer; the value's length, or -1.</summary>
    int Get(ReadOnlySpan<byte> key, Span<byte> destination);

    byte[]? Get(ReadOnlySpan<byte> key, IEngineSnapshot? snapshot = null);

    /// <summary>Walks keys in [from, to), either may be null, until the visitor returns false.</summary>
    void Scan(byte[]? from, byte[]? to, bool descending, IEngineSnapshot? snapshot, EntryVisitor visit);

    /// <summary>A cursor for benchmarks: it stands nowhere until it is moved.</summary>
    IEngineCursor NewCursor();

    IEngineSnapshot CreateSnapshot();

    /// <summary>Runs the body in one transaction that sees its own reads as stable; returns what it returns.</summary>
    T Transact<T>(Func<IEngineTransaction, T> body, bool sync);

    void Sync();

    void Flush();

    void Compact();

    void Checkpoint(string directory);

    /// <summary>Checks everything on disk; the problems found.</summary>
    IReadOnlyList<string> Verify();

    /// <summary>Waits until background work is done.</summary>
    void Settle();

    /// <summary>Facts for people and scripts.</summary>
    IReadOnlyList<(string Name, string Value)> Describe();

    /// <summary>Bytes written to files since open, as the engine counts them; 0 where it does not.</summary>
    long BytesWritten { get; }
}

/// <summary>Sees one entry; false ends the walk.</summary>
internal delegate bool EntryVisitor(ReadOnlySpan<byte> key, ReadOnlySpan<byte> value);
