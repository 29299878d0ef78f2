using Gabbro.Search.Vectors;

namespace Gabbro.Search.Units;

/// <summary>What a haystack is made of: bytes, or UTF-16 code units. All offsets in kernels are in bytes and multiples
/// of the unit's size.</summary>
internal unsafe interface IUnit
{
    /// <summary>log2 of the size in bytes.</summary>
    static abstract int Shift { get; }

    /// <summary>The size in bytes.</summary>
    static abstract int Size { get; }

    static abstract int Read(byte* source);

    static abstract TVec Splat<TVec>(int value) where TVec : unmanaged, IVector<TVec>;

    static abstract TVec Either<TVec>(TVec a, TVec b) where TVec : unmanaged, IVector<TVec>;

    /// <summary>One bit per unit, set where the unit of the difference is zero.</summary>
    static abstract ulong ZeroMask<TVec>(TVec difference) where TVec : unmanaged, IVector<TVec>;

    static abstract TVec Lower<TVec>(TVec value) where TVec : unmanaged, IVector<TVec>;

    /// <summary>How common the unit is in ordinary data, higher for more common; see <see cref="ByteFrequency"/>.</summary>
    static abstract int Commonness(int value);
}
