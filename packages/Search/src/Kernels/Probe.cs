using System.Runtime.CompilerServices;
using Gabbro.Search.Units;
using Gabbro.Search.Vectors;

namespace Gabbro.Search.Kernels;

/// <summary>One unit of the needle in every lane, ready to be compared with a block of the haystack.</summary>
internal readonly unsafe struct Probe<TVec, TUnit, TFold>
    where TVec : unmanaged, IVector<TVec> where TUnit : IUnit where TFold : IFold
{
    private readonly TVec _wanted, _mask;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal Probe(byte* unit)
    {
        int value = TUnit.Read(unit);
        _wanted = TUnit.Splat<TVec>(value);
        _mask = TUnit.Splat<TVec>(!TFold.IsOrdinal && (uint)(value - 'a') < 26 ? 0x20 : 0);
    }

    /// <summary>Zero where the block at <paramref name="at"/> agrees.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal TVec Differ(byte* at) => TFold.Differ(TVec.Load(at), _mask, _wanted);

    /// <summary>Zero where the block agrees and <paramref name="difference"/> is zero.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal TVec OrDiffer(TVec difference, byte* at) => TFold.OrDiffer(difference, TVec.Load(at), _mask, _wanted);

    /// <summary>Zero where a register agrees.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal TVec DifferValue(TVec value) => TFold.Differ(value, _mask, _wanted);
}
