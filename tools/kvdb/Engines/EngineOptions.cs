namespace Gabbro.Tools.Kvdb.Engines;

/// <summary>What the command line may say of opening a database.</summary>
internal sealed record EngineOptions
{
    public bool Create { get; init; } = true;

    public bool ReadOnly { get; init; }

    public long CacheBytes { get; init; } = 128L << 20;

    public string Compression { get; init; } = "lz4";

    public bool SyncByDefault { get; init; }

    public long WriteBufferBytes { get; init; } = 64L << 20;
}
