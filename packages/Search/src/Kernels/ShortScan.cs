using System.Numerics;
using System.Runtime.CompilerServices;
using Gabbro.Search.Units;
using Gabbro.Search.Vectors;

namespace Gabbro.Search.Kernels;

/// <summary>The first match in a haystack with no more places than a register holds: two loads, no loop, no state.</summary>
internal static unsafe class ShortScan<TVec, TUnit, TFold>
    where TVec : unmanaged, IVector<TVec> where TUnit : IUnit where TFold : IFold
{
    /// <summary>Only for short needles and places (in bytes) from one unit to less than a register.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal static nint First(byte* haystack, nint places, ref readonly NeedlePlan plan)
    {
        ulong mask = ShortMask<TVec, TUnit, TFold>.Compute(
            haystack + plan.Offset0, haystack + plan.Offset1, plan.Needle + plan.Offset0, plan.Needle + plan.Offset1, places);
        while (mask != 0)
        {
            nint position = (nint)BitOperations.TrailingZeroCount(mask) << TUnit.Shift;
            if (plan.Probes <= 2 || Comparison<TVec, TUnit, TFold>.Prefix(haystack + position, plan.Needle, plan.Length) == plan.Length)
                return position;
            mask &= mask - 1;
        }
        return -1;
    }
}
