namespace Gabbro.Search.Kernels;

/// <summary>How many probes drive the main loop. A scan moves down this list when groups of blocks agree too often.</summary>
internal enum ScanMode : byte
{
    /// <summary>The rarest alone: one load a block.</summary>
    One,

    /// <summary>Two: what most text wants.</summary>
    Two,

    /// <summary>Fingerprints of eight bytes: where few distinct units make pairs common, as in DNA, and the needle is long enough.</summary>
    Fingerprints,

    /// <summary>All units of a needle of five to eight, to count matches that come in most groups: no branch depends on them.</summary>
    Census,

    /// <summary>Four: where few distinct units make pairs common, and fingerprints do not help or suit.</summary>
    Four,
}
