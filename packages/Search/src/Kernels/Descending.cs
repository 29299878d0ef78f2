namespace Gabbro.Search.Kernels;

/// <summary>From the end of the haystack to its beginning.</summary>
internal readonly struct Descending : IScanDirection
{
    public static bool Up => false;
}
