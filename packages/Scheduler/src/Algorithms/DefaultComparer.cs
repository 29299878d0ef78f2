using System.Runtime.CompilerServices;

namespace Gabbro.Scheduler.Algorithms;

/// <summary>The default order as a struct; the JIT compiles the comparison in for value types.</summary>
internal readonly struct DefaultComparer<T> : IComparer<T>
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public int Compare(T? x, T? y) => Comparer<T>.Default.Compare(x!, y!);
}
