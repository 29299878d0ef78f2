namespace Gabbro.Storage.Lsm;

/// <summary>How blocks of a table are compressed. The values are stored.</summary>
public enum CompressionKind : byte
{
    /// <summary>Not at all.</summary>
    None = 0,

    /// <summary>LZ4 block format: fast in both directions, about half the size on text.</summary>
    Lz4 = 1,

    /// <summary>Brotli at quality 4: smaller and several times slower; for data that is written once and rarely read.</summary>
    Brotli = 2,
}
