namespace Gabbro.Tools.Kvdb.Benching;

/// <summary>The flags of a benchmark.</summary>
internal sealed record BenchOptions
{
    public string Path { get; init; } = "";

    public IReadOnlyList<string> Workloads { get; init; } = [];

    public int Count { get; init; } = 1_000_000;

    public int Reads { get; init; }

    public int KeySize { get; init; } = 16;

    public int ValueSize { get; init; } = 100;

    public int Threads { get; init; } = 1;

    public int BatchSize { get; init; } = 1000;

    public int ScanLength { get; init; } = 100;

    public int SyncOperations { get; init; } = 2000;

    public int Seed { get; init; } = 42;

    public bool Verify { get; init; } = true;

    public int ReadCount => Reads > 0 ? Reads : Count;
}
