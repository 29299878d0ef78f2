using System.Diagnostics;
using System.Runtime.CompilerServices;
using Gabbro.Alloc.Core;

namespace Gabbro.Alloc;

/// <summary>
/// Blocks of one size for any number of threads. Each thread rents from and returns to a list of its own: no lock, no
/// atomic instruction, and no two threads' blocks in one cache line, because every block has lines of its own.
/// </summary>
/// <remarks>
/// Thread safe. A block may be returned by another thread than rented it; what a thread has too much of goes back to
/// where it came from in batches. The blocks of a thread that ends go to the others. O(1) but for those batches.
/// </remarks>
[DebuggerDisplay("{BlockBytes} bytes a block")]
public sealed unsafe class ThreadLocalPool : IDisposable
{
    private const nuint CacheLine = 64;
    private readonly NativeHeap _heap;
    private readonly nuint _classBytes;

    /// <summary>A pool of blocks. Takes no memory until the first rent.</summary>
    /// <param name="blockBytes">Usable bytes of each block; from 1 to 64 KiB.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="blockBytes"/> is out of range.</exception>
    public ThreadLocalPool(int blockBytes)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(blockBytes, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(blockBytes, 64 * 1024);
        BlockBytes = blockBytes;
        _classBytes = Allocator.AlignedClassSize((nuint)blockBytes, CacheLine);
        _heap = new NativeHeap(new NativeHeapOptions { Name = "pool" });
    }

    /// <summary>Usable bytes of each block, as asked for.</summary>
    public int BlockBytes { get; }

    /// <summary>Blocks rented and not yet returned. O(pages).</summary>
    /// <exception cref="ObjectDisposedException">The pool is disposed.</exception>
    public long RentedCount => _heap.GetStatistics().LiveBlocks;

    /// <summary>Takes a block on a 64-byte boundary; its bytes are whatever they were.</summary>
    /// <returns>The block, valid until it is returned or the pool is disposed.</returns>
    /// <exception cref="OutOfMemoryException">The system has no more memory.</exception>
    /// <exception cref="ObjectDisposedException">The pool is disposed.</exception>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void* Rent() => _heap.Alloc(_classBytes);

    /// <summary>Gives a block back; any thread may.</summary>
    /// <param name="block">A rented block of this pool, or null, which is ignored.</param>
    /// <exception cref="HeapMisuseException">The block is not of this pool.</exception>
    /// <exception cref="ObjectDisposedException">The pool is disposed.</exception>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Return(void* block) => _heap.Free(block);

    /// <summary>Frees all memory, rented blocks included. No thread may use the pool any more. Doing it twice is fine.</summary>
    public void Dispose() => _heap.Dispose();
}
