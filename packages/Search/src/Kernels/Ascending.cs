namespace Gabbro.Search.Kernels;

/// <summary>From the beginning of the haystack to its end.</summary>
internal readonly struct Ascending : IScanDirection
{
    public static bool Up => true;
}
