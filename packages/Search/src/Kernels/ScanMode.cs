namespace Gabbro.Search.Kernels;

/// <summary>How many probes drive the main loop. A scan moves down this list when groups of blocks agree too often.</summary>
internal enum ScanMode : byte
{
    /// <summary>The rarest alone: one load a block.</summary>
    One,

    /// <summary>Two: what most text wants.</summary>
    Two,

    /// <summary>Four: where few distinct units make pairs common, as in DNA.</summary>
    Four,
}
