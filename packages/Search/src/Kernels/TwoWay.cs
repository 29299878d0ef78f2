using System.Runtime.CompilerServices;
using Gabbro.Search.Units;
using Gabbro.Search.Vectors;

namespace Gabbro.Search.Kernels;

/// <summary>
/// One step of Crochemore and Perrin's Two-Way matching, in either direction: compares the needle at one place, right
/// part first, and says how far the next possible place is. What a step compares is paid for by how far it moves, or
/// remembered, so any sequence of steps is O(n) in all. The comparisons themselves run a register at a time.
/// </summary>
internal static unsafe class TwoWay<TVec, TUnit, TFold>
    where TVec : unmanaged, IVector<TVec> where TUnit : IUnit where TFold : IFold
{
    /// <summary>Compares at one position.</summary>
    /// <remarks>The memory in <c>state</c> applies if it was made for this very position, and is replaced by the new one.
    /// <c>shift</c> says how far up the next possible match is, at least one unit; <c>mismatch</c> where the needle
    /// disagreed, if it did: the offset that a probe should watch.</remarks>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal static bool Forward(byte* haystack, nint position, ref readonly NeedlePlan plan, ref ScanState state, out nint shift, out nint mismatch)
    {
        nint critical = plan.Forward.Critical;
        nint memory = state.MemoryAt == position ? state.Memory : 0;
        nint from = nint.Max(critical, memory);
        state.MemoryAt = -1;
        byte* at = haystack + position;
        nint right = from + Comparison<TVec, TUnit, TFold>.Prefix(at + from, plan.Needle + from, plan.Length - from);
        if (right < plan.Length)
        {
            mismatch = right;
            shift = right - critical + TUnit.Size;
            return false;
        }
        shift = plan.Forward.Shift;
        if (plan.Forward.Periodic)
        {
            state.Memory = plan.Length - shift;
            state.MemoryAt = position + shift;
        }
        if (memory >= critical)
        {
            mismatch = -1;
            return true;
        }
        mismatch = memory + Comparison<TVec, TUnit, TFold>.Prefix(at + memory, plan.Needle + memory, critical - memory);
        return mismatch == critical;
    }

    /// <summary>The mirror image: the needle is read from its end, and <c>shift</c> goes down.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal static bool Backward(byte* haystack, nint position, ref readonly NeedlePlan plan, ref ScanState state, out nint shift, out nint mismatch)
    {
        nint critical = plan.Backward.Critical;
        nint memory = state.MemoryAt == position ? state.Memory : 0;
        nint from = nint.Max(critical, memory);
        state.MemoryAt = -1;
        byte* at = haystack + position;
        nint right = from + Comparison<TVec, TUnit, TFold>.Suffix(at, plan.Needle, plan.Length - from);
        if (right < plan.Length)
        {
            mismatch = plan.Length - TUnit.Size - right;
            shift = right - critical + TUnit.Size;
            return false;
        }
        shift = plan.Backward.Shift;
        if (plan.Backward.Periodic)
        {
            state.Memory = plan.Length - shift;
            state.MemoryAt = position - shift;
        }
        if (memory >= critical)
        {
            mismatch = -1;
            return true;
        }
        nint left = plan.Length - critical;
        nint equal = Comparison<TVec, TUnit, TFold>.Suffix(at + left, plan.Needle + left, critical - memory);
        mismatch = plan.Length - memory - TUnit.Size - equal;
        return equal == critical - memory;
    }
}
