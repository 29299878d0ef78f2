namespace Gabbro.Search.Unicode;

/// <summary>A unit of a needle that takes one of two values (equal if there is only one).</summary>
/// <param name="Offset">In bytes from the beginning of the run.</param>
/// <param name="A">One value.</param>
/// <param name="B">The other.</param>
/// <param name="Commonness">How common the more common is.</param>
internal readonly record struct UnitProbe(int Offset, int A, int B, int Commonness);
