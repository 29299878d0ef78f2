using System.Runtime.CompilerServices;
using Gabbro.Search.Unicode;
using Gabbro.Search.Units;
using Gabbro.Search.Vectors;

namespace Gabbro.Search.Kernels;

/// <summary>A <see cref="UnitProbe"/> in every lane.</summary>
internal readonly unsafe struct MaskedProbe<TVec, TUnit> where TVec : unmanaged, IVector<TVec> where TUnit : IUnit
{
    private readonly TVec _wanted, _mask;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal MaskedProbe(UnitProbe probe)
    {
        _wanted = TUnit.Splat<TVec>(probe.Value);
        _mask = TUnit.Splat<TVec>(probe.Mask);
    }

    /// <summary>Zero where the block agrees in the bits that count.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal TVec Differ(byte* at) => TVec.XorMasked(TVec.Load(at), _mask, _wanted);
}
