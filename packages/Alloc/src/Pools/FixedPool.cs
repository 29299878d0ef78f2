using System.Diagnostics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Gabbro.Alloc;

/// <summary>
/// Blocks of one size: renting and returning are a handful of instructions each, whatever happened before. Memory lives
/// off the GC heap, never moves, and is freed all at once by <see cref="Dispose"/>.
/// </summary>
/// <remarks>
/// Not thread safe: one thread at a time. <see cref="ThreadLocalPool"/> serves many threads. A free block's first eight bytes
/// link it to the next free one; blocks never handed out are carved from the newest chunk, so an unused tail of a chunk
/// is never touched. After Kenwright, "Fast efficient fixed-size memory pool" (2012).
/// </remarks>
[DebuggerDisplay("{RentedCount} rented of {BlockBytes} bytes")]
public sealed unsafe class FixedPool : IDisposable
{
    private const int SmallestChunk = 4096;
    private const int LargestChunk = 1 << 20;

    private byte* _free;
    private byte* _fresh;
    private byte* _freshEnd;
    private ArenaChunk* _chunks;
    private readonly nuint _blockBytes;
    private readonly nuint _alignment;
    private nuint _reserved;
    private long _rented;
    private bool _disposed;

    /// <summary>A pool of blocks on 16-byte boundaries. Takes no memory until the first rent.</summary>
    /// <param name="blockBytes">Usable bytes of each block; from 1 to 1 MiB.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="blockBytes"/> is out of range.</exception>
    public FixedPool(int blockBytes)
        : this(blockBytes, 16)
    {
    }

    /// <summary>A pool of aligned blocks. Takes no memory until the first rent.</summary>
    /// <param name="blockBytes">Usable bytes of each block; from 1 to 1 MiB.</param>
    /// <param name="alignment">
    /// A power of two from 1 to 4096; less than 8 means 8. With 64 no two blocks share a cache line.
    /// </param>
    /// <exception cref="ArgumentOutOfRangeException">An argument is out of range.</exception>
    public FixedPool(int blockBytes, int alignment)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(blockBytes, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(blockBytes, 1 << 20);
        if (!int.IsPow2(alignment) || alignment > 4096)
            throw new ArgumentOutOfRangeException(nameof(alignment), alignment, "The alignment must be a power of two from 1 to 4096.");
        _alignment = (nuint)Math.Max(alignment, 8);
        _blockBytes = ((nuint)blockBytes + _alignment - 1) & ~(_alignment - 1);
        BlockBytes = blockBytes;
    }

    /// <summary>Frees the chunks of a pool that was never disposed.</summary>
    ~FixedPool() => FreeChunks();

    /// <summary>Usable bytes of each block, as asked for.</summary>
    public int BlockBytes { get; }

    /// <summary>Blocks rented and not yet returned. O(1).</summary>
    public long RentedCount => _rented;

    /// <summary>Bytes of all chunks the pool holds. O(1).</summary>
    public long ReservedBytes => (long)_reserved;

    /// <summary>Takes a block; its bytes are whatever they were. O(1); allocates no managed memory.</summary>
    /// <returns>The block, valid until it is returned or the pool is disposed.</returns>
    /// <exception cref="OutOfMemoryException">The system has no more memory.</exception>
    /// <exception cref="ObjectDisposedException">The pool is disposed.</exception>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void* Rent()
    {
        byte* block = _free;
        if (block == null) return RentSlow();
        _free = *(byte**)block;
        _rented++;
        return block;
    }

    /// <summary>Takes a block and clears it. O(block).</summary>
    /// <returns>The block, all zero.</returns>
    /// <exception cref="OutOfMemoryException">The system has no more memory.</exception>
    /// <exception cref="ObjectDisposedException">The pool is disposed.</exception>
    public void* RentZeroed()
    {
        void* block = Rent();
        NativeMemory.Clear(block, (nuint)BlockBytes);
        return block;
    }

    /// <summary>Gives a block back. O(1).</summary>
    /// <param name="block">
    /// A block of this pool that is rented; null is ignored. Returning another pool's block, or one block twice, breaks
    /// the pool, as with any allocator.
    /// </param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Return(void* block)
    {
        if (block == null || _disposed) return;
        *(byte**)block = _free;
        _free = (byte*)block;
        _rented--;
    }

    /// <summary>Takes every block back at once and keeps the newest chunk. O(chunks).</summary>
    /// <exception cref="ObjectDisposedException">The pool is disposed.</exception>
    public void Reset()
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        _free = null;
        _rented = 0;
        if (_chunks == null) return;
        ArenaChunk* newest = _chunks;
        ArenaChunk* older = newest->Next;
        newest->Next = null;
        _chunks = older;
        FreeChunks();
        _chunks = newest;
        _reserved = newest->Bytes;
        OpenChunk(newest);
    }

    /// <summary>Frees all memory, rented blocks included. Doing it twice is fine.</summary>
    public void Dispose()
    {
        if (_disposed) return;
        _disposed = true;
        _free = _fresh = _freshEnd = null;
        _rented = 0;
        _reserved = 0;
        FreeChunks();
        GC.SuppressFinalize(this);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private void* RentSlow()
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        if (_fresh == _freshEnd)
        {
            // Chunks double with the pool, so that a pool of n blocks costs O(log n) requests and is at least half used.
            nuint wanted = nuint.Clamp(_reserved, SmallestChunk, LargestChunk);
            wanted = nuint.Max(wanted, _blockBytes + _alignment + ArenaChunk.HeaderBytes);
            ArenaChunk* chunk = ArenaChunk.Allocate((wanted + 4095) & ~(nuint)4095);
            chunk->Next = _chunks;
            _chunks = chunk;
            _reserved += chunk->Bytes;
            OpenChunk(chunk);
        }
        byte* block = _fresh;
        _fresh = block + _blockBytes;
        _rented++;
        return block;
    }

    private void OpenChunk(ArenaChunk* chunk)
    {
        _fresh = (byte*)(((nuint)ArenaChunk.Start(chunk) + _alignment - 1) & ~(_alignment - 1));
        _freshEnd = _fresh + ((nuint)(ArenaChunk.End(chunk) - _fresh) / _blockBytes * _blockBytes);
    }

    private void FreeChunks()
    {
        ArenaChunk* chunk = _chunks;
        _chunks = null;
        while (chunk != null)
        {
            ArenaChunk* next = chunk->Next;
            ArenaChunk.Free(chunk);
            chunk = next;
        }
    }
}
