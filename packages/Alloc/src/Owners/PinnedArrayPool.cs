using System.Buffers;
using System.Numerics;

namespace Gabbro.Alloc;

/// <summary>
/// An <see cref="ArrayPool{T}"/> of arrays that never move: their addresses may be given to the system without pinning.
/// Each thread keeps a few arrays of each size for itself; the rest goes to a shared stack with a limit.
/// </summary>
/// <remarks>Thread safe. Lengths are powers of two up to 2^30; larger requests are allocated and not kept.</remarks>
/// <typeparam name="T">A type without references, because the pinned heap takes no other.</typeparam>
public sealed class PinnedArrayPool<T> : ArrayPool<T>
    where T : unmanaged
{
    private const int SmallestShift = 4;
    private const int Sizes = 27;

    /// <summary>Arrays of one size that a thread keeps; with 8 most threads never leave their own.</summary>
    private const int PerThread = 8;

    private readonly int _shared;
    private readonly SharedStack[] _stacks = new SharedStack[Sizes];

    [ThreadStatic]
    private static ThreadArrays? t_arrays;

    private sealed class ThreadArrays(PinnedArrayPool<T> owner)
    {
        internal readonly PinnedArrayPool<T> Owner = owner;
        internal readonly T[]?[] Kept = new T[Sizes * PerThread][];
        internal readonly int[] Counts = new int[Sizes];
    }

    private sealed class SharedStack
    {
        internal readonly Lock Lock = new();
        internal readonly Stack<T[]> Arrays = new();
    }

    /// <summary>A pool that keeps a limited number of arrays.</summary>
    /// <param name="arraysPerSize">Arrays of each size kept in common, besides those each thread keeps; not negative.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="arraysPerSize"/> is negative.</exception>
    public PinnedArrayPool(int arraysPerSize = 64)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(arraysPerSize);
        _shared = arraysPerSize;
        for (int i = 0; i < Sizes; i++) _stacks[i] = new SharedStack();
    }

    /// <inheritdoc/>
    /// <exception cref="ArgumentOutOfRangeException">Negative.</exception>
    public override T[] Rent(int minimumLength)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(minimumLength);
        int size = SizeOf(minimumLength);
        if (size >= Sizes) return GC.AllocateUninitializedArray<T>(minimumLength, pinned: true);
        ThreadArrays? thread = t_arrays;
        if (thread is not null && ReferenceEquals(thread.Owner, this) && thread.Counts[size] > 0)
        {
            ref T[]? slot = ref thread.Kept[(size * PerThread) + --thread.Counts[size]];
            T[] kept = slot!;
            slot = null;
            return kept;
        }
        SharedStack stack = _stacks[size];
        lock (stack.Lock)
        {
            if (stack.Arrays.TryPop(out T[]? array)) return array;
        }
        return GC.AllocateUninitializedArray<T>(1 << (size + SmallestShift), pinned: true);
    }

    /// <inheritdoc/>
    /// <exception cref="ArgumentNullException"><paramref name="array"/> is null.</exception>
    /// <exception cref="ArgumentException">The array has a length that this pool does not give out.</exception>
    public override void Return(T[] array, bool clearArray = false)
    {
        ArgumentNullException.ThrowIfNull(array);
        int size = SizeOf(array.Length);
        if (size >= Sizes) return;
        if (array.Length != 1 << (size + SmallestShift)) throw new ArgumentException("The array was not rented from this pool.", nameof(array));
        if (clearArray) Array.Clear(array);
        ThreadArrays thread = t_arrays is { } mine && ReferenceEquals(mine.Owner, this) ? mine : t_arrays = new ThreadArrays(this);
        if (thread.Counts[size] < PerThread)
        {
            thread.Kept[(size * PerThread) + thread.Counts[size]++] = array;
            return;
        }
        SharedStack stack = _stacks[size];
        lock (stack.Lock)
        {
            if (stack.Arrays.Count < _shared) stack.Arrays.Push(array);
        }
    }

    private static int SizeOf(int length) =>
        length <= 1 << SmallestShift ? 0 : BitOperations.Log2((uint)length - 1) + 1 - SmallestShift;
}
