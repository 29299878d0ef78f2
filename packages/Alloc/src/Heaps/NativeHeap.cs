using System.Diagnostics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Gabbro.Alloc.Core;

namespace Gabbro.Alloc;

/// <summary>
/// A general-purpose allocator off the GC heap, with the members of <see cref="NativeMemory"/>: replace
/// <c>NativeMemory.</c> by <c>NativeHeap.Shared.</c> and the program runs as before, faster and with books. An instance of
/// its own frees all its blocks at once when it is disposed.
/// </summary>
/// <remarks>
/// <para>
/// Thread safe: any thread may allocate, and may free what another allocated. A thread keeps freed blocks for its next
/// allocations, so the usual pair takes no lock and no atomic instruction. Blocks are aligned to 16 bytes; sizes are
/// rounded up by at most an eighth (to a multiple of 16 below 256 bytes). Memory that stays free for a second goes back
/// to the system, also when the program has gone quiet.
/// </para>
/// <para>
/// A heap has no finalizer: the garbage collector cannot know whether pointers into it are still in use. Disposing, and
/// <see cref="Trim"/> and the statistics, may run while other threads use the heap only where they say so.
/// </para>
/// <para>The design follows mimalloc (Leijen, Zorn, de Moura: "Free list sharding in action", 2019) and tcmalloc.</para>
/// </remarks>
[DebuggerDisplay("{Name}: {LiveBytesForDebugger} bytes live")]
public sealed unsafe partial class NativeHeap : IDisposable
{
    [ThreadStatic]
    private static ThreadRegistration? t_registration;

    private const ulong NoFastPath = ulong.MaxValue;

    private readonly HeapCore* _core;
    private readonly ulong _id;
    private readonly nint _entryOffset;

    /// <summary>The identity the fast paths look for: one that no cache entry has when every call must take the slow path.</summary>
    private ulong _fastId;

    /// <summary>The identity by which the paths of a hardened heap know a thread's entry; as above.</summary>
    private ulong _hardenedId = NoFastPath;

    private readonly CheckedHeap? _checked;
    private readonly HeapProfiler? _profiler;
    private readonly MemoryPressure? _pressure;
    private readonly Action<LeakReport>? _leakReporter;
    private bool _disposed;

    /// <summary>A heap of its own with default options. Takes no memory from the system until it is used.</summary>
    public NativeHeap()
        : this(new NativeHeapOptions())
    {
    }

    /// <summary>A heap of its own.</summary>
    /// <param name="options">How it behaves.</param>
    /// <exception cref="ArgumentNullException"><paramref name="options"/> or its name is null.</exception>
    /// <exception cref="ArgumentOutOfRangeException">An option is out of its range.</exception>
    public NativeHeap(NativeHeapOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        options.Validate();
        Name = options.Name;
        _leakReporter = options.LeakReporter;
        _core = (HeapCore*)NativeMemory.AlignedAlloc((nuint)sizeof(HeapCore), 128);
        *_core = default;
        if (options.Hardened) _core->Secret = NewSecret();
        if (options.Checks != HeapChecks.None) _checked = new CheckedHeap(this, options);
        if (options.SampleInterval != 0) _profiler = new HeapProfiler(options.SampleInterval);
        if (options.ReportMemoryPressure) _pressure = new MemoryPressure();
        _id = LiveHeaps.Add(this);
        _entryOffset = ThreadCacheEntries.OffsetOf(_id);
        _fastId = _checked is null && !options.Hardened ? _id : NoFastPath;
        if (options.Hardened && _checked is null && _profiler is null && _pressure is null) _hardenedId = _id;
        HeapMetrics.Register();
    }

    /// <summary>The heap of the process, made on first use; it cannot be disposed.</summary>
    public static NativeHeap Shared { get; } = new(new NativeHeapOptions { Name = "shared" });

    /// <summary>The name given in the options.</summary>
    public string Name { get; }

    /// <summary>The heaps of the process that are not disposed, <see cref="Shared"/> among them. Allocates the array.</summary>
    /// <returns>A snapshot.</returns>
    public static NativeHeap[] GetHeaps() => LiveHeaps.Snapshot();

    internal HeapCore* Core => _core;

    /// <summary>The identity in a thread's entries, never used twice; the pools look for it themselves.</summary>
    internal ulong Id => _id;

    internal nint EntryOffset => _entryOffset;

    /// <summary>Whether <see cref="NativeHeapOptions.Hardened"/> was asked for.</summary>
    public bool IsHardened => !_disposed && _core->Secret != 0;

    internal bool IsChecked => _checked is not null;

    private long LiveBytesForDebugger => _disposed ? 0 : GetStatistics().LiveBytes;

    /// <summary>Allocates bytes, not cleared. Zero bytes give a valid, unique pointer. O(1); no managed allocation.</summary>
    /// <param name="byteCount">Bytes wanted.</param>
    /// <returns>A block on a 16-byte boundary.</returns>
    /// <exception cref="OutOfMemoryException">The system has no more memory, or the size is beyond any memory.</exception>
    /// <exception cref="ObjectDisposedException">The heap is disposed.</exception>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void* Alloc(nuint byteCount)
    {
        ThreadCacheEntries.Entry* entries = ThreadCacheEntries.Current;
        if (entries != null && EntryOf(entries)->Id == _fastId)
        {
            ThreadHeap* thread = EntryOf(entries)->Heap;
            nuint list = ThreadHeap.ListOf(thread, byteCount);
            void* block = ((void**)thread)[list];
            if (block != null)
            {
                ((void**)thread)[list] = Links.Get(block);
                (*ThreadHeap.RoomOf(thread, list))++;
                (*(ulong*)((byte*)thread + ThreadHeap.AllocationsOffset))++;
                return block;
            }
        }
        return AllocSlow(byteCount, 16, zero: false);
    }

    /// <summary>Allocates <paramref name="elementCount"/> times <paramref name="elementSize"/> bytes, not cleared.</summary>
    /// <param name="elementCount">Elements wanted.</param>
    /// <param name="elementSize">Bytes of each.</param>
    /// <returns>A block on a 16-byte boundary.</returns>
    /// <exception cref="OutOfMemoryException">The product overflows or the system has no more memory.</exception>
    /// <exception cref="ObjectDisposedException">The heap is disposed.</exception>
    public void* Alloc(nuint elementCount, nuint elementSize) => Alloc(Product(elementCount, elementSize));

    /// <summary>Allocates cleared bytes.</summary>
    /// <param name="byteCount">Bytes wanted.</param>
    /// <returns>A block on a 16-byte boundary, all zero.</returns>
    /// <exception cref="OutOfMemoryException">The system has no more memory.</exception>
    /// <exception cref="ObjectDisposedException">The heap is disposed.</exception>
    public void* AllocZeroed(nuint byteCount)
    {
        // Small blocks come from the fast path; large ones know which of their memory is fresh and need no clearing.
        if (byteCount > SizeClass.SmallLimit) return AllocSlow(byteCount, 16, zero: true);
        void* block = Alloc(byteCount);
        NativeMemory.Clear(block, byteCount);
        return block;
    }

    /// <summary>Allocates a cleared array.</summary>
    /// <param name="elementCount">Elements wanted.</param>
    /// <param name="elementSize">Bytes of each.</param>
    /// <returns>A block on a 16-byte boundary, all zero.</returns>
    /// <exception cref="OutOfMemoryException">The product overflows or the system has no more memory.</exception>
    /// <exception cref="ObjectDisposedException">The heap is disposed.</exception>
    public void* AllocZeroed(nuint elementCount, nuint elementSize) => AllocZeroed(Product(elementCount, elementSize));

    /// <summary>Allocates bytes on a boundary. Unlike with <see cref="NativeMemory"/>, <see cref="Free"/> frees such a block too.</summary>
    /// <param name="byteCount">Bytes wanted.</param>
    /// <param name="alignment">A power of two; any size the address space allows.</param>
    /// <returns>The block, not cleared.</returns>
    /// <exception cref="ArgumentException">The alignment is no power of two.</exception>
    /// <exception cref="OutOfMemoryException">The system has no more memory.</exception>
    /// <exception cref="ObjectDisposedException">The heap is disposed.</exception>
    public void* AlignedAlloc(nuint byteCount, nuint alignment)
    {
        if (!Bits.IsPowerOfTwo(alignment)) ThrowAlignment();
        if (_checked is null)
        {
            // A size that is a multiple of a power of two has a class that is one; then the ordinary path is aligned.
            if (alignment <= 16) return Alloc(byteCount);
            if (alignment <= 64 && byteCount - 1 < 512) return Alloc(Bits.RoundUp(byteCount, 64));
            nuint fitting = Allocator.AlignedClassSize(byteCount, alignment);
            if (fitting != 0) return Alloc(fitting);
        }
        return AllocSlow(byteCount, alignment, zero: false);
    }

    /// <summary>Changes the size of a block and keeps its contents up to the smaller size; may move it. Null allocates.</summary>
    /// <param name="pointer">A block of this heap, or null.</param>
    /// <param name="byteCount">Bytes wanted.</param>
    /// <returns>The block, on a 16-byte boundary; the old pointer is invalid unless it is equal.</returns>
    /// <exception cref="OutOfMemoryException">No memory; the old block is as it was.</exception>
    /// <exception cref="HeapMisuseException">The pointer is not of this heap.</exception>
    /// <exception cref="ObjectDisposedException">The heap is disposed.</exception>
    public void* Realloc(void* pointer, nuint byteCount) => AlignedRealloc(pointer, byteCount, 16);

    /// <summary>Changes the size of an aligned block and keeps its contents and alignment; may move it. Null allocates.</summary>
    /// <param name="pointer">A block of this heap, or null.</param>
    /// <param name="byteCount">Bytes wanted.</param>
    /// <param name="alignment">A power of two.</param>
    /// <returns>The block; the old pointer is invalid unless it is equal.</returns>
    /// <exception cref="ArgumentException">The alignment is no power of two.</exception>
    /// <exception cref="OutOfMemoryException">No memory; the old block is as it was.</exception>
    /// <exception cref="HeapMisuseException">The pointer is not of this heap.</exception>
    /// <exception cref="ObjectDisposedException">The heap is disposed.</exception>
    public void* AlignedRealloc(void* pointer, nuint byteCount, nuint alignment)
    {
        if (!Bits.IsPowerOfTwo(alignment)) ThrowAlignment();
        if (pointer == null) return AlignedAlloc(byteCount, alignment);
        ObjectDisposedException.ThrowIf(_disposed, this);
        if (_checked is not null) return _checked.Realloc(pointer, byteCount, alignment);
        if (byteCount > Allocator.LargestSize) throw OutOfMemory(byteCount);
        Page* page = BlockPageOf(pointer, HeapOperation.Realloc);
        if (_profiler is not null || alignment > 16)
        {
            if (byteCount <= Allocator.UsableSize(page) && byteCount >= Allocator.UsableSize(page) / 2 && ((nuint)pointer & (alignment - 1)) == 0)
                return pointer;
            void* copy = AlignedAlloc(byteCount, alignment);
            NativeMemory.Copy(pointer, copy, nuint.Min(byteCount, Allocator.UsableSize(page)));
            Free(pointer);
            return copy;
        }
        ThreadHeap* thread = AttachedThread();
        void* result = thread == null ? null : Allocator.Realloc(thread, pointer, byteCount);
        if (result == null) throw OutOfMemory(byteCount);
        _pressure?.Update(_core->Totals.InUse);
        return result;
    }

    /// <summary>Frees a block. Null is ignored. Any thread may free. O(1).</summary>
    /// <param name="pointer">A block of this heap, or null.</param>
    /// <exception cref="HeapMisuseException">
    /// The pointer is not of this heap. A heap without checks notices most such errors but not all: it does not look
    /// whether a block is freed twice or whether a pointer into its memory is the start of a block. A hardened one does.
    /// </exception>
    /// <exception cref="ObjectDisposedException">The heap is disposed.</exception>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Free(void* pointer)
    {
        if (pointer == null) return;
        ThreadCacheEntries.Entry* entries = ThreadCacheEntries.Current;
        if (entries != null && EntryOf(entries)->Id == _fastId)
        {
            ThreadHeap* thread = EntryOf(entries)->Heap;
            Page* page = PageMap.FindInUse(pointer);
            if (page != null && page->Heap == _core)
            {
                nuint list = page->Class;
                int* room = ThreadHeap.RoomOf(thread, list);
                int left = *room - 1;
                if (left > 0)
                {
                    *room = left;
                    Links.Set(pointer, ((void**)thread)[list]);
                    ((void**)thread)[list] = pointer;
                    return;
                }
            }
        }
        FreeSlow(pointer);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private ThreadCacheEntries.Entry* EntryOf(ThreadCacheEntries.Entry* entries) => (ThreadCacheEntries.Entry*)((byte*)entries + _entryOffset);

    /// <summary>The same as <see cref="Free"/>; here so that code written for <see cref="NativeMemory"/> needs no change.</summary>
    /// <param name="pointer">A block of this heap, or null.</param>
    /// <exception cref="HeapMisuseException">The pointer is not of this heap.</exception>
    /// <exception cref="ObjectDisposedException">The heap is disposed.</exception>
    public void AlignedFree(void* pointer) => Free(pointer);

    /// <summary>
    /// Frees everything the heap ever gave out and gives its memory back to the system. No thread may use the heap or its
    /// blocks any more. Doing it twice is fine.
    /// </summary>
    /// <exception cref="InvalidOperationException">The heap is <see cref="Shared"/>.</exception>
    /// <exception cref="HeapMisuseException">
    /// The heap is checked and a block was written past its end or after it was freed; everything is released all the same.
    /// </exception>
    public void Dispose()
    {
        if (ReferenceEquals(this, Shared)) throw new InvalidOperationException("The shared heap cannot be disposed.");
        if (_disposed) return;
        HeapMisuseException? corruption = _checked?.FindCorruption();
        LeakReport? leaks = _leakReporter is null ? null : LeakReport.Of(this, _checked, _profiler);
        LiveHeaps.Remove(_id, () =>
        {
            if (_disposed) return;
            _disposed = true;
            _fastId = _hardenedId = NoFastPath;
            HeapScavenger.Stop(_core);
            _checked?.Unprotect();
            HeapTeardown.Release(_core);
            NativeMemory.AlignedFree(_core);
            _pressure?.Update(0);
        });
        if (leaks is not null) _leakReporter!(leaks);
        if (corruption is not null) throw corruption;
    }
}
