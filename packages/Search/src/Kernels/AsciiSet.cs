namespace Gabbro.Search.Kernels;

/// <summary>A set of ASCII bytes.</summary>
internal readonly struct AsciiSet : ISetKind
{
    public static bool OnlyAscii => true;
}
