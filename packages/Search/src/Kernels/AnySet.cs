namespace Gabbro.Search.Kernels;

/// <summary>A set of any bytes.</summary>
internal readonly struct AnySet : ISetKind
{
    public static bool OnlyAscii => false;
}
