using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Gabbro.Alloc;

/// <summary>One thread's arrays of one pool: the first of each size, which the fast paths see, and a few more behind it.</summary>
/// <typeparam name="T">The element type.</typeparam>
internal sealed unsafe class PinnedArrayThread<T>(PinnedArrayPool<T> pool)
    where T : unmanaged
{
    /// <summary>Arrays of a size behind the first; with seven more, most threads never leave their own.</summary>
    private const int Behind = 7;

    /// <summary>A structure, because storing into an array of references checks its type every time.</summary>
    private struct Kept
    {
        internal T[]? Array;
    }

    private readonly Kept[] _first = new Kept[PinnedArrayPool<T>.Sizes];
    private readonly Kept[] _behind = new Kept[PinnedArrayPool<T>.Sizes * Behind];
    private readonly int[] _counts = new int[PinnedArrayPool<T>.Sizes];

    ~PinnedArrayThread() => NativeMemory.Free(Slots);

    internal PinnedArrayPool<T> Pool { get; } = pool;

    internal PinnedArraySlots.Slot* Slots { get; } =
        (PinnedArraySlots.Slot*)NativeMemory.AllocZeroed((nuint)PinnedArrayPool<T>.Sizes, (nuint)sizeof(PinnedArraySlots.Slot));

    /// <summary>The first array's slot had none ready.</summary>
    internal T[]? Take(int size)
    {
        if (_counts[size] == 0) return null;
        ref T[]? slot = ref _behind[(size * Behind) + --_counts[size]].Array;
        T[] array = slot!;
        slot = null;
        return array;
    }

    /// <summary>Keeps an array, or says that there are enough.</summary>
    internal bool TryKeep(T[] array, int size)
    {
        PinnedArraySlots.Slot* slot = &Slots[size];
        if (slot->IsReady == 0)
        {
            // The array that was first is rented, perhaps for ever: this one takes its place.
            _first[size].Array = array;
            Unsafe.AsRef<T[]>(&slot->Array) = array;
            slot->IsReady = 1;
            return true;
        }
        if (ReferenceEquals(_first[size].Array, array)) throw new ArgumentException("The array was returned before.", nameof(array));
        if (_counts[size] == Behind) return false;
        _behind[(size * Behind) + _counts[size]++].Array = array;
        return true;
    }
}
