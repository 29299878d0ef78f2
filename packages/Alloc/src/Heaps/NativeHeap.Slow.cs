using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using Gabbro.Alloc.Core;

namespace Gabbro.Alloc;

public sealed unsafe partial class NativeHeap
{
    /// <summary>Allocates bytes, reporting exhaustion as a value.</summary>
    /// <param name="byteCount">Bytes wanted.</param>
    /// <param name="pointer">The block, or null.</param>
    /// <returns>Whether there was memory.</returns>
    /// <exception cref="ObjectDisposedException">The heap is disposed.</exception>
    public bool TryAlloc(nuint byteCount, out void* pointer)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        pointer = TakeSlow(byteCount, 16, zero: false);
        return pointer != null;
    }

    /// <summary>The bytes a block really has, at least what was asked for; all of them may be used. O(1).</summary>
    /// <param name="pointer">A block of this heap, or null, which has none.</param>
    /// <returns>Bytes.</returns>
    /// <exception cref="HeapMisuseException">The pointer is not of this heap.</exception>
    /// <exception cref="ObjectDisposedException">The heap is disposed.</exception>
    public nuint UsableSize(void* pointer)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        if (pointer == null) return 0;
        if (_checked is not null) return _checked.SizeOf(pointer);
        return Allocator.UsableSize(BlockPageOf(pointer, HeapOperation.UsableSize));
    }

    /// <summary>Whether an address lies in memory this heap has handed out in spans. False for null. O(1).</summary>
    /// <param name="pointer">Any address.</param>
    /// <returns>True when the heap owns the address.</returns>
    public bool Owns(void* pointer)
    {
        if (_disposed) return false;
        Page* page = PageMap.Find(pointer);
        return page != null && page->Heap == _core && page->Kind is PageKind.Blocks or PageKind.Large or PageKind.Huge;
    }

    /// <summary>
    /// Gives memory back to the system now: the calling thread's free blocks, empty pages, system pages without a used
    /// block inside pages in use, and all free spans. Other threads may use the heap meanwhile; what they keep stays.
    /// </summary>
    /// <returns>Bytes given back.</returns>
    /// <exception cref="ObjectDisposedException">The heap is disposed.</exception>
    public long Trim()
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        _checked?.ReleaseQuarantine();
        return (long)ThreadHeaps.Trim(_core, CachedThread(), 0);
    }

    /// <summary>The calling thread's part of the heap, made if it has none.</summary>
    internal ThreadHeap* AttachedThread()
    {
        ThreadHeap* thread = CachedThread();
        return thread != null ? thread : Attach();
    }

    /// <summary>A block from the core or null, past every check.</summary>
    internal void* TakeRaw(nuint byteCount, nuint alignment, bool zero)
    {
        if (byteCount > Allocator.LargestSize) return null;
        ThreadHeap* thread = CachedThread();
        if (thread == null) thread = Attach();
        if (thread == null) return null;
        thread->Allocations++;
        return Allocator.AllocAligned(thread, byteCount, alignment, zero);
    }

    /// <summary>Frees a block of the core, past every check.</summary>
    internal void FreeRaw(void* pointer)
    {
        ThreadHeap* thread = AttachedThread();
        if (thread != null) Allocator.Free(thread, pointer);
        else Allocator.FreeForeign(PageMap.Of(pointer), pointer);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private void* AllocSlow(nuint byteCount, nuint alignment, bool zero)
    {
        // Blocks up to 128 KiB have lists too; only the look-up of their class is longer.
        ThreadCacheEntries.Entry* entries = ThreadCacheEntries.Current;
        if (entries != null && EntryOf(entries)->Id == _fastId && !zero && alignment <= 16 && byteCount - SizeClass.SmallLimit - 1 < SizeClass.Limit - SizeClass.SmallLimit)
        {
            ThreadHeap* thread = EntryOf(entries)->Heap;
            int sizeClass = Allocator.ClassOf(thread, byteCount);
            void* ready = (void*)thread->Free[sizeClass];
            if (ready != null)
            {
                thread->Free[sizeClass] = (ulong)Links.Get(ready);
                thread->Room[sizeClass]++;
                thread->Allocations++;
                return ready;
            }
        }
        else if (entries != null && EntryOf(entries)->Id == _hardenedId && !zero && alignment <= 16 && byteCount <= SizeClass.Limit)
        {
            ThreadHeap* thread = EntryOf(entries)->Heap;
            void* taken = Hardening.Take(thread, Allocator.ClassOf(thread, byteCount));
            if (taken != null)
            {
                thread->Allocations++;
                return taken;
            }
        }
        ObjectDisposedException.ThrowIf(_disposed, this);
        void* block = TakeSlow(byteCount, alignment, zero);
        if (block == null) throw OutOfMemory(byteCount);
        return block;
    }

    private void* TakeSlow(nuint byteCount, nuint alignment, bool zero)
    {
        if (_checked is not null) return _checked.Alloc(byteCount, alignment, zero);
        void* block;
        if (_profiler is null)
        {
            block = TakeRaw(byteCount, alignment, zero);
        }
        else if (_profiler.IsDue && byteCount <= Allocator.LargestSize)
        {
            block = _profiler.Alloc(this, byteCount, alignment, zero);
        }
        else
        {
            block = TakeRaw(byteCount, alignment, zero);
            if (block != null) _profiler.Count(CachedThread(), byteCount);
        }
        _pressure?.Update(_core->Totals.InUse);
        return block;
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private void FreeSlow(void* pointer)
    {
        ThreadCacheEntries.Entry* entries = ThreadCacheEntries.Current;
        if (entries != null && EntryOf(entries)->Id == _hardenedId)
        {
            Page* known = PageMap.FindInUse(pointer);
            if (known != null && known->Heap == _core && known->States != null && Hardening.Check(known, pointer) == BlockFault.None)
            {
                Hardening.Put(EntryOf(entries)->Heap, known, pointer);
                return;
            }
        }
        ObjectDisposedException.ThrowIf(_disposed, this);
        if (_checked is not null)
        {
            _checked.Free(pointer);
            return;
        }
        Page* page = BlockPageOf(pointer, HeapOperation.Free);
        if (page->Kind != PageKind.Blocks && pointer != page->Start)
            throw new HeapMisuseException(HeapMisuse.InvalidPointer, HeapOperation.Free, (nuint)pointer, this, "the pointer is not the start of a block");
        if (page->Kind != PageKind.Blocks) _profiler?.Forget(pointer);
        FreeRaw(pointer);
        _pressure?.Update(_core->Totals.InUse);
    }

    /// <summary>The page of a block of this heap.</summary>
    private Page* PageOf(void* pointer, HeapOperation operation)
    {
        Page* page = PageMap.Find(pointer);
        if (page != null && page->Heap == _core && page->Kind is PageKind.Blocks or PageKind.Large or PageKind.Huge) return page;
        throw HeapMisuseException.Foreign(operation, pointer, this, page);
    }

    /// <summary>As <see cref="PageOf"/>; a hardened heap also looks whether the block is in use.</summary>
    private Page* BlockPageOf(void* pointer, HeapOperation operation)
    {
        Page* page = PageOf(pointer, operation);
        if (_core->Secret == 0) return page;
        int fault = Hardening.Check(page, pointer);
        return fault == BlockFault.None ? page : throw HeapMisuseException.Of(fault, operation, pointer, this);
    }

    private static ulong NewSecret()
    {
        ulong secret = 0;
        while (secret == 0) RandomNumberGenerator.Fill(new Span<byte>(&secret, sizeof(ulong)));
        return secret;
    }

    private ThreadHeap* CachedThread()
    {
        ThreadCacheEntries.Entry* entries = ThreadCacheEntries.Current;
        if (entries != null && EntryOf(entries)->Id == _id) return EntryOf(entries)->Heap;
        ThreadRegistration? registration = t_registration;
        if (registration is null) return null;
        ThreadHeap* thread = registration.Find(_id);
        if (thread != null) ThreadCacheEntries.Remember(_id, thread);
        return thread;
    }

    private ThreadHeap* Attach()
    {
        ThreadHeap* thread = ThreadHeaps.Attach(_core, (ulong)Environment.CurrentManagedThreadId);
        if (thread == null) return null;
        (t_registration ??= new ThreadRegistration()).Add(_id, thread);
        ThreadCacheEntries.Remember(_id, thread);
        return thread;
    }

    private static nuint Product(nuint count, nuint size)
    {
        // As NativeMemory: an overflow asks for more than there can be, and fails as out of memory.
        ulong high = Math.BigMul(count, size, out ulong low);
        return high == 0 ? (nuint)low : nuint.MaxValue;
    }

    private OutOfMemoryException OutOfMemory(nuint byteCount) => new($"The heap \"{Name}\" cannot allocate {byteCount} bytes.");

    [DoesNotReturn]
    private static void ThrowAlignment() => throw new ArgumentException("The alignment must be a power of two.", "alignment");
}
