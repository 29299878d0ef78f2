using System.Runtime.CompilerServices;
using Gabbro.Alloc.Core;

namespace Gabbro.Alloc;

/// <summary>
/// One thread's part of a <see cref="ThreadLocalPool"/>, for code that rents and returns many blocks in a row. It cannot
/// leave the stack, so it cannot reach another thread.
/// </summary>
/// <remarks>Finding a thread's data is what a pool for every thread costs; a part has found it already.</remarks>
public readonly unsafe ref struct ThreadLocalPoolPart
{
    private readonly ThreadLocalPool _pool;
    private readonly ulong _id;
    private readonly HeapCore* _core;
    private readonly ThreadHeap* _thread;
    private readonly void** _list;
    private readonly int* _room;

    internal ThreadLocalPoolPart(ThreadLocalPool pool, ThreadHeap* thread)
    {
        _pool = pool;
        _id = pool.Id;
        _core = pool.Core;
        _thread = thread;
        _list = (void**)thread + pool.Class;
        _room = ThreadHeap.RoomOf(thread, pool.Class);
    }

    /// <summary>Takes a block on a 64-byte boundary; its bytes are whatever they were.</summary>
    /// <returns>The block, valid until it is returned or the pool is disposed.</returns>
    /// <exception cref="OutOfMemoryException">The system has no more memory.</exception>
    /// <exception cref="ObjectDisposedException">The pool is disposed.</exception>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void* Rent()
    {
        if (_pool.Id == _id)
        {
            void* block = *_list;
            if (block != null)
            {
                *_list = Links.Get(block);
                (*_room)++;
                _thread->Allocations++;
                return block;
            }
        }
        return _pool.RentSlow();
    }

    /// <summary>Gives a block back, whichever thread rented it.</summary>
    /// <param name="block">A rented block of the pool, or null, which is ignored.</param>
    /// <exception cref="HeapMisuseException">The block is not of this pool.</exception>
    /// <exception cref="ObjectDisposedException">The pool is disposed.</exception>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Return(void* block)
    {
        if (block != null && _pool.Id == _id)
        {
            Page* page = PageMap.FindInUse(block);
            int left = *_room - 1;
            if (page != null && page->Heap == _core && left > 0)
            {
                *_room = left;
                Links.Set(block, *_list);
                *_list = block;
                return;
            }
        }
        _pool.ReturnSlow(block);
    }
}
