namespace Gabbro.Search;

/// <summary>Which characters count as equal.</summary>
public enum CaseMode
{
    /// <summary>Every byte or code unit equals only itself.</summary>
    Ordinal = 0,

    /// <summary>A-Z equal a-z; everything else equals only itself. Works on any bytes.</summary>
    AsciiIgnoreCase = 1,

    /// <summary>
    /// Unicode simple case folding (one character to one character, CaseFolding.txt statuses C and S), independent of
    /// culture. The needle must be valid; characters of different encoded lengths may match (k and the Kelvin sign), and
    /// ill-formed parts of a haystack match nothing.
    /// </summary>
    UnicodeIgnoreCase = 2,
}
