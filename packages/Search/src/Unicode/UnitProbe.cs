namespace Gabbro.Search.Unicode;

/// <summary>A unit of a needle that may have several values, as far as they agree.</summary>
/// <param name="Offset">In bytes from the beginning of the run.</param>
/// <param name="Value">The values, with the bits of <paramref name="Mask"/> set.</param>
/// <param name="Mask">The bits in which the values differ. Nearly always one: cases tend to be a power of two apart.</param>
/// <param name="Commonness">How common the most common value is, and more for every bit disregarded.</param>
internal readonly record struct UnitProbe(int Offset, int Value, int Mask, int Commonness);
