using System.Runtime.InteropServices;

namespace Gabbro.Alloc;

/// <summary>
/// A thread's first array of each size for the pools it used last, by the low bits of the pool's identity. In native memory,
/// because reading a thread static that is a pointer is a load where one that is a reference calls the runtime, and writing
/// an address needs no write barrier. Addresses of arrays may lie there because those on the pinned heap never move, and
/// <see cref="PinnedArrayThread{T}"/> keeps every one of them alive.
/// </summary>
internal static unsafe class PinnedArraySlots
{
    internal const int Pools = 8;

    internal struct Slot
    {
        /// <summary>The array this slot is for, whether it is rented or not; 0 for none. Read as the reference it is.</summary>
        internal nint Array;

        /// <summary>1 while it is not rented.</summary>
        internal nint IsReady;
    }

    internal struct Entry
    {
        internal ulong Pool;
        internal Slot* Slots;
    }

    /// <summary>The calling thread's entries, null before it uses a pool.</summary>
    [ThreadStatic]
    internal static Entry* Current;

    /// <summary>What keeps the arrays of <see cref="Current"/> alive, in the same places; frees the native memory when the thread is gone.</summary>
    [ThreadStatic]
    private static Parts? t_parts;

    /// <summary>The managed half of the calling thread's entry for a pool, made now if it has none.</summary>
    internal static PinnedArrayThread<T> PartOf<T>(PinnedArrayPool<T> pool)
        where T : unmanaged
    {
        Parts parts = t_parts ??= new Parts();
        int index = (int)(pool.Id % Pools);
        if (parts.Of[index] is PinnedArrayThread<T> part && ReferenceEquals(part.Pool, pool)) return part;
        // Another pool had the place: what the thread kept of it becomes garbage.
        PinnedArrayThread<T> made = new(pool);
        Current[index] = new Entry { Pool = pool.Id, Slots = made.Slots };
        parts.Of[index] = made;
        return made;
    }

    private sealed class Parts
    {
        internal readonly object?[] Of = new object?[Pools];
        private readonly Entry* _entries = Current = (Entry*)NativeMemory.AllocZeroed(Pools, (nuint)sizeof(Entry));

        ~Parts() => NativeMemory.Free(_entries);
    }
}
