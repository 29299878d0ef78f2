namespace Gabbro.Storage.Lsm.Tables;

/// <summary>The bytes of a table file; docs/storage/lsm-format.md tells them to people.</summary>
internal static class TableFormat
{
    public const ulong Magic = 0x0A5453534D534C47; // "GLSMSST\n"
    public const uint Version = 1;

    /// <summary>Compression (1) and checksum (4) behind every block.</summary>
    public const int BlockTrailer = 5;

    public const int Footer = 64;

    /// <summary>Zero bytes behind a block in memory, so that decoding may load whole words.</summary>
    public const int BlockPadding = 16;

    /// <summary>What a meta block is; stored.</summary>
    public const byte TopIndexBlock = 1;

    /// <inheritdoc cref="TopIndexBlock"/>
    public const byte RangeTombstoneBlock = 2;

    /// <inheritdoc cref="TopIndexBlock"/>
    public const byte PropertiesBlock = 3;
}
