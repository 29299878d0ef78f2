using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Gabbro.Scheduler.Algorithms;

/// <summary>
/// A span in a form that other threads can hold: an address and a length. The caller pins the memory for as long as any
/// worker uses the slice, which is the length of a blocking call.
/// </summary>
/// <remarks>
/// Writing references through it is safe: the write barrier looks at the address it writes to, wherever that came from.
/// </remarks>
internal readonly unsafe struct Slice<T>(void* start, int length)
{
    public int Length => length;

    public ref T this[int index]
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => ref Unsafe.Add(ref Unsafe.AsRef<T>(start), index);
    }

    /// <summary>The elements from <paramref name="from"/> up to <paramref name="to"/>, both within the slice.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Span<T> Span(int from, int to) =>
        MemoryMarshal.CreateSpan(ref Unsafe.Add(ref Unsafe.AsRef<T>(start), from), to - from);
}
