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
    private readonly HeapCore* _core;

    /// <summary>The heap's identity, or one that no thread's entry has once the pool is disposed.</summary>
    private ulong _id;
    private readonly nint _entryOffset;
    private readonly nuint _class;
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
        _class = (nuint)SizeClass.Of(_classBytes);
        _heap = new NativeHeap(new NativeHeapOptions { Name = "pool" });
        _core = _heap.Core;
        _id = _heap.Id;
        _entryOffset = _heap.EntryOffset;
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
    public void* Rent()
    {
        // As NativeHeap.Alloc, with the class known beforehand.
        ThreadCacheEntries.Entry* entries = ThreadCacheEntries.Current;
        if (entries != null)
        {
            ThreadCacheEntries.Entry* entry = (ThreadCacheEntries.Entry*)((byte*)entries + _entryOffset);
            ThreadHeap* thread = entry->Heap;
            nuint list = _class;
            if (entry->Id == _id && ((void**)thread)[list] is var block && block != null)
            {
                ((void**)thread)[list] = Links.Get(block);
                (*ThreadHeap.RoomOf(thread, list))++;
                (*(ulong*)((byte*)thread + ThreadHeap.AllocationsOffset))++;
                return block;
            }
        }
        return RentSlow();
    }

    /// <summary>Gives a block back; any thread may.</summary>
    /// <param name="block">A rented block of this pool, or null, which is ignored.</param>
    /// <exception cref="HeapMisuseException">The block is not of this pool.</exception>
    /// <exception cref="ObjectDisposedException">The pool is disposed.</exception>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Return(void* block)
    {
        ThreadCacheEntries.Entry* entries = ThreadCacheEntries.Current;
        if (entries != null && block != null)
        {
            ThreadCacheEntries.Entry* entry = (ThreadCacheEntries.Entry*)((byte*)entries + _entryOffset);
            Page* page = PageMap.FindInUse(block);
            if (entry->Id == _id && page != null && page->Heap == _core)
            {
                ThreadHeap* thread = entry->Heap;
                nuint list = _class;
                int* room = ThreadHeap.RoomOf(thread, list);
                int left = *room - 1;
                if (left > 0)
                {
                    *room = left;
                    Links.Set(block, ((void**)thread)[list]);
                    ((void**)thread)[list] = block;
                    return;
                }
            }
        }
        ReturnSlow(block);
    }

    // Apart, so that what is inlined stays small enough for the thread's entries to be looked up once in a loop.
    [MethodImpl(MethodImplOptions.NoInlining)]
    internal void* RentSlow() => _heap.Alloc(_classBytes);

    [MethodImpl(MethodImplOptions.NoInlining)]
    internal void ReturnSlow(void* block) => _heap.Free(block);

    /// <summary>Frees all memory, rented blocks included. No thread may use the pool any more. Doing it twice is fine.</summary>
    public void Dispose()
    {
        _id = ulong.MaxValue;
        _heap.Dispose();
    }

    /// <summary>
    /// The calling thread's part of the pool: renting and returning through it looks up the thread once instead of every
    /// time, which is most of what the pool's own members cost.
    /// </summary>
    /// <returns>The part, for this thread and this call only.</returns>
    /// <exception cref="OutOfMemoryException">The system has no more memory.</exception>
    /// <exception cref="ObjectDisposedException">The pool is disposed.</exception>
    public ThreadLocalPoolPart GetPart()
    {
        ObjectDisposedException.ThrowIf(_id == ulong.MaxValue, this);
        ThreadHeap* thread = _heap.AttachedThread();
        return thread == null ? throw new OutOfMemoryException("There is no memory for a thread's part of the pool.") : new ThreadLocalPoolPart(this, thread);
    }

    internal ulong Id => _id;

    internal HeapCore* Core => _core;

    internal nuint Class => _class;
}
