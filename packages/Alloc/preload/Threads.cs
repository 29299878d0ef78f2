using System.Runtime;
using System.Threading;
using Gabbro.Alloc.Core;

namespace Gabbro.Alloc.Preload;

/// <summary>
/// Which heap a thread uses: the empty one of stubs.S before its first call, its own after, and once its destructor has
/// run the one in <see cref="s_dead"/>, which marks it as gone: destructors of other libraries still allocate and free.
/// </summary>
internal static unsafe class Threads
{
    private static HeapCore s_heap;
    private static ThreadHeap s_dead;
    private static Page s_nullPage;
    private static Page s_nowhere;
    private static ThreadHeap* s_late;
    private static int s_lateLock;
    private static int s_initialisation;
    private static int s_initialised;
    private static uint s_key;

    internal static HeapCore* Heap
    {
        get
        {
            fixed (HeapCore* heap = &s_heap) return heap;
        }
    }

    internal static ThreadHeap* Dead
    {
        get
        {
            fixed (ThreadHeap* dead = &s_dead) return dead;
        }
    }

    internal static int* LateLock
    {
        get
        {
            fixed (int* word = &s_lateLock) return word;
        }
    }

    /// <summary>The calling thread's heap, made now if it has none; null when that fails or the thread is past its end.</summary>
    internal static ThreadHeap* Current(ThreadHeap* heap)
    {
        if (heap->Heap != null) return heap;
        // In a diagnosed process every thread keeps the empty heap, so that every call takes the slow path.
        if (heap == Dead || Modes.Diagnosed) return null;
        ThreadHeap* attached = ThreadHeaps.Attach(Heap, (ulong)Libc.Gettid());
        if (attached == null) return null;
        // From here on nested calls of malloc, which what follows may make, find a working heap.
        Stubs.ThreadHeapSet(attached);
        if (Volatile.Read(ref s_initialised) == 0) Initialise();
        Libc.PthreadSetspecific(s_key, attached);
        return attached;
    }

    /// <summary>A block for a thread without a heap of its own: one heap under a lock serves them all.</summary>
    internal static void* AllocLate(nuint size, nuint alignment, bool zero)
    {
        FutexLock.Acquire(LateLock);
        if (s_late == null) s_late = ThreadHeaps.Attach(Heap, 0);
        void* block = s_late == null ? null : Allocator.AllocAligned(s_late, size, alignment, zero);
        FutexLock.Release(LateLock);
        return block;
    }

    private static void Initialise()
    {
        fixed (int* word = &s_initialisation)
        {
            FutexLock.Acquire(word);
            bool first = s_initialised == 0;
            if (first)
            {
                fixed (uint* key = &s_key) Libc.PthreadKeyCreate(key, Stubs.ThreadExitAddress());
                Interlocked.Exchange(ref s_initialised, 1);
            }
            FutexLock.Release(word);
            if (first) Libc.RegisterAtfork(Stubs.ForkPrepareAddress(), Stubs.ForkParentAddress(), Stubs.ForkChildAddress(), null);
        }
    }

    /// <summary>Registers what a fork needs, for a process whose threads never attach.</summary>
    internal static void InitialiseForDiagnosis() => Initialise();

    /// <summary>From now on the free of any pointer whatever reaches the slow path.</summary>
    internal static void CoverAll()
    {
        fixed (Page* page = &s_nowhere) PageMap.CoverAll(page);
    }

    /// <summary>Makes the heap a hardened one. No thread may have a part of it.</summary>
    internal static void Harden()
    {
        ulong secret = 0;
        Libc.Getrandom(&secret, sizeof(ulong), 1);
        // Before the kernel has gathered randomness there is still that of its address space layout and the time.
        if (secret == 0) secret = (ulong)Heap ^ (ulong)&secret << 20 ^ Os.Now();
        Heap->Secret = secret | 1;
    }

    /// <summary>From now on this thread's calls take the slow path; what it had goes to the others.</summary>
    internal static void Forsake()
    {
        ThreadHeap* heap = Stubs.ThreadHeapGet();
        if (heap->Heap == null) return;
        Stubs.ThreadHeapSet(Stubs.EmptyHeap());
        ThreadHeaps.Detach(heap);
        // The destructor must not detach it a second time.
        Libc.PthreadSetspecific(s_key, null);
    }

    /// <summary>The library's constructor, with main's arguments.</summary>
    [RuntimeExport("gabbro_process_start")]
    internal static void ProcessStart(int count, byte** arguments, byte** environment)
    {
        fixed (Page* page = &s_nullPage) PageMap.CoverNull(page);
        Modes.Read(environment);
    }

    [RuntimeExport("gabbro_thread_exit")]
    internal static void Exit(ThreadHeap* heap)
    {
        Stubs.ThreadHeapSet(Dead);
        ThreadHeaps.Detach(heap);
    }

    /// <summary>Before a fork every lock is taken, so that the child sees no half-made change.</summary>
    [RuntimeExport("gabbro_fork_prepare")]
    internal static void ForkPrepare()
    {
        if (Modes.Diagnosed) Diagnosis.ForkPrepare();
        FutexLock.Acquire(LateLock);
        FutexLock.Acquire(&Heap->PurgeLock);
        for (int c = 0; c < SizeClass.Count; c++) FutexLock.Acquire(&HeapCore.SharedOf(Heap, c)->Lock);
        FutexLock.Acquire(&Heap->Lock);
        FutexLock.Acquire(PageMap.Lock);
    }

    [RuntimeExport("gabbro_fork_parent")]
    internal static void ForkParent()
    {
        FutexLock.Release(PageMap.Lock);
        FutexLock.Release(&Heap->Lock);
        for (int c = 0; c < SizeClass.Count; c++) FutexLock.Release(&HeapCore.SharedOf(Heap, c)->Lock);
        FutexLock.Release(&Heap->PurgeLock);
        FutexLock.Release(LateLock);
        if (Modes.Diagnosed) Diagnosis.ForkParent();
    }

    /// <summary>In the child nobody waits for the locks, and the scavenger does not exist; it is started again when needed.</summary>
    [RuntimeExport("gabbro_fork_child")]
    internal static void ForkChild()
    {
        *PageMap.Lock = 0;
        Heap->Lock = 0;
        for (int c = 0; c < SizeClass.Count; c++) HeapCore.SharedOf(Heap, c)->Lock = 0;
        Heap->PurgeLock = 0;
        *LateLock = 0;
        Heap->Scavenged = 0;
        if (Modes.Diagnosed) Diagnosis.ForkChild();
    }
}
