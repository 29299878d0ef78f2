using System.Buffers;

namespace Gabbro.Alloc;

/// <summary>
/// A <see cref="MemoryPool{T}"/> over a <see cref="NativeHeap"/>: code that rents memory through that interface gets it off
/// the GC heap, of the size it asked for instead of the next power of two.
/// </summary>
/// <remarks>Thread safe. Each rent allocates one small managed owner, as <see cref="MemoryPool{T}.Shared"/> does.</remarks>
/// <typeparam name="T">An unmanaged type.</typeparam>
public sealed class NativeMemoryPool<T> : MemoryPool<T>
    where T : unmanaged
{
    private const int DefaultBytes = 4096;
    private readonly NativeHeap _heap;

    /// <summary>A pool over the shared heap.</summary>
    public NativeMemoryPool()
        : this(NativeHeap.Shared)
    {
    }

    /// <summary>A pool over a heap.</summary>
    /// <param name="heap">Where the memory comes from; it stays the caller's to dispose, after all rented memory.</param>
    /// <exception cref="ArgumentNullException"><paramref name="heap"/> is null.</exception>
    public NativeMemoryPool(NativeHeap heap)
    {
        ArgumentNullException.ThrowIfNull(heap);
        _heap = heap;
    }

    /// <inheritdoc/>
    public override int MaxBufferSize => int.MaxValue;

    /// <summary>Rents at least so many elements, not cleared.</summary>
    /// <param name="minBufferSize">Elements, or -1 for about 4 KiB of them.</param>
    /// <returns>The owner; dispose it to give the memory back.</returns>
    /// <exception cref="ArgumentOutOfRangeException">Less than -1.</exception>
    /// <exception cref="OutOfMemoryException">The system has no such memory.</exception>
    /// <exception cref="ObjectDisposedException">The heap is disposed.</exception>
    public override unsafe IMemoryOwner<T> Rent(int minBufferSize = -1)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(minBufferSize, -1);
        int length = minBufferSize < 0 ? Math.Max(1, DefaultBytes / sizeof(T)) : minBufferSize;
        return new NativeBuffer<T>((nuint)length, _heap, 16, zeroed: false);
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
    }
}
