using System.Buffers;
using System.Diagnostics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Gabbro.Alloc;

/// <summary>
/// Elements off the GC heap with an owner: a span for those that fit one, windows of any part for more than 2 GiB, and a
/// <see cref="Memory{T}"/> for interfaces that want one. The memory goes back to its heap when the owner is disposed.
/// </summary>
/// <remarks>
/// Not thread safe for disposal; reads and writes are the caller's. Pinning costs nothing: native memory never moves. There
/// is no finalizer, because a span may outlive the last reference to its owner: memory that is never disposed stays
/// allocated until its heap is disposed, and a checked or sampled heap reports it then.
/// </remarks>
/// <typeparam name="T">An unmanaged type.</typeparam>
[DebuggerDisplay("{Length} elements")]
public sealed unsafe class NativeBuffer<T> : MemoryManager<T>
    where T : unmanaged
{
    private readonly NativeHeap _heap;
    private T* _start;

    /// <summary>A cleared buffer from the shared heap.</summary>
    /// <param name="length">Elements; may exceed <see cref="int.MaxValue"/>.</param>
    /// <exception cref="OutOfMemoryException">The system has no such memory.</exception>
    public NativeBuffer(nuint length)
        : this(length, NativeHeap.Shared, 16, zeroed: true)
    {
    }

    /// <summary>A buffer from a heap.</summary>
    /// <param name="length">Elements; may exceed <see cref="int.MaxValue"/>.</param>
    /// <param name="heap">Where the memory comes from; it must outlive the buffer.</param>
    /// <param name="alignment">A power of two, in bytes.</param>
    /// <param name="zeroed">Whether the elements are cleared.</param>
    /// <exception cref="ArgumentNullException"><paramref name="heap"/> is null.</exception>
    /// <exception cref="ArgumentException">The alignment is no power of two.</exception>
    /// <exception cref="OutOfMemoryException">The system has no such memory.</exception>
    /// <exception cref="ObjectDisposedException">The heap is disposed.</exception>
    public NativeBuffer(nuint length, NativeHeap heap, nuint alignment = 16, bool zeroed = true)
    {
        ArgumentNullException.ThrowIfNull(heap);
        ulong high = Math.BigMul(length, (ulong)sizeof(T), out ulong bytes);
        if (high != 0) throw new OutOfMemoryException($"A buffer of {length} elements of {sizeof(T)} bytes is beyond any memory.");
        _heap = heap;
        Length = length;
        if (alignment <= 16 && nuint.IsPow2(alignment))
        {
            _start = (T*)(zeroed ? heap.AllocZeroed((nuint)bytes) : heap.Alloc((nuint)bytes));
            return;
        }
        _start = (T*)heap.AlignedAlloc((nuint)bytes, alignment);
        if (zeroed) NativeMemory.Clear(_start, (nuint)bytes);
    }

    /// <summary>Elements in the buffer.</summary>
    public nuint Length { get; }

    /// <summary>The first element's address.</summary>
    /// <exception cref="ObjectDisposedException">The buffer is disposed.</exception>
    public T* Pointer
    {
        get
        {
            ThrowIfDisposed();
            return _start;
        }
    }

    /// <summary>All elements.</summary>
    /// <exception cref="InvalidOperationException">They are more than a span can hold; use <see cref="GetSpan(nuint, int)"/>.</exception>
    /// <exception cref="ObjectDisposedException">The buffer is disposed.</exception>
    public Span<T> Span => GetSpan();

    /// <summary>One element.</summary>
    /// <param name="index">From 0 to <see cref="Length"/> - 1.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no such element.</exception>
    /// <exception cref="ObjectDisposedException">The buffer is disposed.</exception>
    public ref T this[nuint index]
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get
        {
            T* start = _start;
            if (index >= Length || start == null) ThrowIndex(index);
            return ref start[index];
        }
    }

    /// <inheritdoc/>
    /// <exception cref="InvalidOperationException">The elements are more than a span can hold.</exception>
    /// <exception cref="ObjectDisposedException">The buffer is disposed.</exception>
    public override Span<T> GetSpan()
    {
        ThrowIfDisposed();
        if (Length > int.MaxValue) throw new InvalidOperationException($"{Length} elements do not fit one span; ask for windows of it.");
        return new Span<T>(_start, (int)Length);
    }

    /// <summary>A window of the elements.</summary>
    /// <param name="offset">Where it begins.</param>
    /// <param name="length">Elements in it.</param>
    /// <returns>The window.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The window does not lie within the buffer.</exception>
    /// <exception cref="ObjectDisposedException">The buffer is disposed.</exception>
    public Span<T> GetSpan(nuint offset, int length)
    {
        ThrowIfDisposed();
        ArgumentOutOfRangeException.ThrowIfNegative(length);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(offset, Length);
        ArgumentOutOfRangeException.ThrowIfGreaterThan((nuint)length, Length - offset, nameof(length));
        return new Span<T>(_start + offset, length);
    }

    /// <inheritdoc/>
    /// <exception cref="ArgumentOutOfRangeException">There is no such element.</exception>
    /// <exception cref="ObjectDisposedException">The buffer is disposed.</exception>
    public override MemoryHandle Pin(int elementIndex = 0)
    {
        ThrowIfDisposed();
        ArgumentOutOfRangeException.ThrowIfNegative(elementIndex);
        ArgumentOutOfRangeException.ThrowIfGreaterThan((nuint)elementIndex, Length, nameof(elementIndex));
        return new MemoryHandle(_start + elementIndex, default, this);
    }

    /// <inheritdoc/>
    public override void Unpin()
    {
    }

    /// <summary>Gives the memory back. Doing it twice is fine.</summary>
    public void Dispose() => Dispose(true);

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        T* start = _start;
        _start = null;
        // A heap that was disposed first has taken the memory back already.
        if (start != null && _heap.Owns(start)) _heap.Free(start);
    }

    private void ThrowIfDisposed() => ObjectDisposedException.ThrowIf(_start == null, this);

    private void ThrowIndex(nuint index)
    {
        ThrowIfDisposed();
        throw new ArgumentOutOfRangeException(nameof(index), index, $"The buffer has {Length} elements.");
    }
}
