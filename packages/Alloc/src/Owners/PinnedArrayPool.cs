using System.Buffers;
using System.Numerics;
using System.Runtime.CompilerServices;

namespace Gabbro.Alloc;

/// <summary>
/// An <see cref="ArrayPool{T}"/> of arrays that never move: their addresses may be given to the system without pinning.
/// Each thread keeps a few arrays of each size for itself; the rest goes to a shared stack with a limit.
/// </summary>
/// <remarks>
/// Thread safe. Lengths are powers of two up to 2^30; larger requests are allocated and not kept. A thread keeps arrays of
/// the eight pools it used last. As with every <see cref="ArrayPool{T}"/>, an array must be returned once at most and not
/// be used afterwards.
/// </remarks>
/// <typeparam name="T">A type without references, because the pinned heap takes no other.</typeparam>
public sealed unsafe class PinnedArrayPool<T> : ArrayPool<T>
    where T : unmanaged
{
    private const int SmallestShift = 4;

    /// <summary>How many lengths there are.</summary>
    internal const int Sizes = 27;

    private readonly int _shared;
    private readonly nint _entryOffset;
    private readonly SharedStack[] _stacks = new SharedStack[Sizes];

    /// <summary>The arrays this pool has made, so that none that may move gets in.</summary>
    private readonly ConditionalWeakTable<T[], object> _made = [];

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
        Id = PinnedArrayPoolIds.Next();
        _entryOffset = (nint)(Id % PinnedArraySlots.Pools) * sizeof(PinnedArraySlots.Entry);
        for (int i = 0; i < Sizes; i++) _stacks[i] = new SharedStack();
    }

    /// <summary>A number that no other pool of the process has or had.</summary>
    internal ulong Id { get; }

    /// <inheritdoc/>
    /// <exception cref="ArgumentOutOfRangeException">Negative.</exception>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public override T[] Rent(int minimumLength)
    {
        int size = SizeOf(minimumLength);
        PinnedArraySlots.Entry* entry = EntryOfThread();
        if (entry != null && size < Sizes && entry->Pool == Id)
        {
            PinnedArraySlots.Slot* slot = &entry->Slots[size];
            if (slot->IsReady != 0 && minimumLength >= 0)
            {
                slot->IsReady = 0;
                return Unsafe.AsRef<T[]>(&slot->Array);
            }
        }
        return RentSlow(minimumLength);
    }

    /// <inheritdoc/>
    /// <exception cref="ArgumentNullException"><paramref name="array"/> is null.</exception>
    /// <exception cref="ArgumentException">The array is not one of this pool's, or has just been returned.</exception>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public override void Return(T[] array, bool clearArray = false)
    {
        PinnedArraySlots.Entry* entry = EntryOfThread();
        if (entry != null && !clearArray && array is not null && entry->Pool == Id && SizeOf(array.Length) is var size && size < Sizes)
        {
            PinnedArraySlots.Slot* slot = &entry->Slots[size];
            if (ReferenceEquals(Unsafe.AsRef<T[]>(&slot->Array), array) && slot->IsReady == 0)
            {
                slot->IsReady = 1;
                return;
            }
        }
        ReturnSlow(array!, clearArray);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private T[] RentSlow(int minimumLength)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(minimumLength);
        int size = SizeOf(minimumLength);
        if (size >= Sizes) return GC.AllocateUninitializedArray<T>(minimumLength, pinned: true);
        if (PinnedArraySlots.PartOf(this).Take(size) is { } kept) return kept;
        SharedStack stack = _stacks[size];
        lock (stack.Lock)
        {
            if (stack.Arrays.TryPop(out T[]? array)) return array;
        }
        T[] made = GC.AllocateUninitializedArray<T>(1 << (size + SmallestShift), pinned: true);
        _made.Add(made, _stacks);
        return made;
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private void ReturnSlow(T[] array, bool clearArray)
    {
        ArgumentNullException.ThrowIfNull(array);
        int size = SizeOf(array.Length);
        if (size >= Sizes) return;
        if (!_made.TryGetValue(array, out _)) throw new ArgumentException("The array was not rented from this pool.", nameof(array));
        if (clearArray) Array.Clear(array);
        PinnedArrayThread<T> part = PinnedArraySlots.PartOf(this);
        if (part.TryKeep(array, size)) return;
        SharedStack stack = _stacks[size];
        lock (stack.Lock)
        {
            if (stack.Arrays.Count < _shared) stack.Arrays.Push(array);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private PinnedArraySlots.Entry* EntryOfThread()
    {
        PinnedArraySlots.Entry* entries = PinnedArraySlots.Current;
        return entries == null ? null : (PinnedArraySlots.Entry*)((byte*)entries + _entryOffset);
    }

    private static int SizeOf(int length) =>
        length <= 1 << SmallestShift ? 0 : BitOperations.Log2((uint)length - 1) + 1 - SmallestShift;
}
