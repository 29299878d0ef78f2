namespace Gabbro.Storage.Benchmarks.BTree;

/// <summary>What the comparison asks of each store; one instance a thread.</summary>
internal interface IStore : IDisposable
{
    void Put(ReadOnlySpan<byte> key, ReadOnlySpan<byte> value);

    bool Get(ReadOnlySpan<byte> key, Span<byte> value);

    /// <summary>Visits all records in order; the sum of a byte of each key and value.</summary>
    long Scan(out int count);

    /// <summary>Another connection to the same database, for another thread.</summary>
    IStore Share();
}
