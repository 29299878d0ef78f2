namespace Gabbro.Search.Kernels;

/// <summary>The constants by which a scan notices that its guess about the haystack was wrong.</summary>
internal static class Adaptation
{
    /// <summary>A first probe at most this common (see <see cref="ByteFrequency"/>; 140 is one byte in 4,000) scans alone.</summary>
    internal const int OneProbeRarity = 140;

    /// <summary>False candidates before the first change of probes.</summary>
    internal const int FirstLesson = 32;

    /// <summary>A false candidate per this many bytes is cheap enough to leave the probes alone.</summary>
    internal const int ToleratedDistance = 128;

    /// <summary>Changes of probes before a scan stops trying: with four probes, two full turns.</summary>
    internal const int MaxLessons = 8;

    /// <summary>How many groups of four blocks must agree before their distance is judged.</summary>
    internal const int GroupTrial = 8;

    /// <summary>The constants below say out of how many groups.</summary>
    internal const int Groups = 12;

    /// <summary>One probe is given up if more of <see cref="Groups"/> groups than this agree.</summary>
    internal const int OneProbe = 3;

    /// <summary>Two probes are given up for fingerprints if more groups than this agree.</summary>
    internal const int TwoProbes = 4;

    /// <summary>Two probes are given up for four if more groups than this agree: four loads a block cost more than fingerprints.</summary>
    internal const int TwoProbesAlone = 8;

    /// <summary>Fingerprints are given up for four probes if more groups than this agree.</summary>
    internal const int Fingerprints = 4;

    /// <summary>From this many places in a block on, they are compared in full all at once instead of one by one.</summary>
    internal const int DensePlaces = 4;
}
