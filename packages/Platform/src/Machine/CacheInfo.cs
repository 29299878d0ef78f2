namespace Gabbro.Platform.Machine;

/// <summary>One kind of processor cache.</summary>
/// <param name="Level">1 is the nearest to the core.</param>
/// <param name="Kind">What it holds.</param>
/// <param name="Size">Bytes.</param>
/// <param name="LineSize">Bytes of a line.</param>
/// <param name="SharedBy">Logical processors that share one such cache; 0 when not known.</param>
/// <param name="Count">How many of them the machine has.</param>
public readonly record struct CacheInfo(int Level, CacheKind Kind, long Size, int LineSize, int SharedBy, int Count);
