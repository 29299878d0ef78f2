using Gabbro.Alloc.Preload;

namespace Gabbro.Alloc.Core;

/// <summary>The core's ten functions of the operating system, on Linux's calls. None changes errno.</summary>
internal static unsafe class Os
{
    /// <summary>The size of a system page: what memory is given back and guarded by.</summary>
    internal const nuint PageBytes = 4096;

    private const int ProtNone = 0;
    private const int ProtReadWrite = 3;
    private const int MapPrivateAnonymous = 0x22;
    private const int MapNoReserve = 0x4000;
    private const int MadvDontNeed = 4;
    private const int MremapMayMove = 1;
    private const int MremapFixed = 2;
    private const int FutexWaitPrivate = 128;
    private const int FutexWakePrivate = 129;
    private const int ClockMonotonicCoarse = 6;

    /// <summary>Inaccessible address space on a boundary of <paramref name="alignment"/> bytes, or null.</summary>
    internal static void* Reserve(nuint bytes, nuint alignment)
    {
        int saved = *Libc.ErrnoLocation();
        byte* start = (byte*)Libc.Mmap(null, bytes, ProtNone, MapPrivateAnonymous | MapNoReserve, -1, 0);
        if ((nint)start == -1)
        {
            *Libc.ErrnoLocation() = saved;
            return null;
        }
        if (((nuint)start & (alignment - 1)) != 0)
        {
            Libc.Munmap(start, bytes);
            start = (byte*)Libc.Mmap(null, bytes + alignment, ProtNone, MapPrivateAnonymous | MapNoReserve, -1, 0);
            if ((nint)start == -1)
            {
                *Libc.ErrnoLocation() = saved;
                return null;
            }
            byte* aligned = (byte*)Bits.RoundUp((nuint)start, alignment);
            if (aligned != start) Libc.Munmap(start, (nuint)(aligned - start));
            nuint tail = alignment - (nuint)(aligned - start);
            tail &= ~(nuint)4095;
            if (tail != 0) Libc.Munmap(aligned + Bits.RoundUp(bytes, 4096), tail);
            start = aligned;
        }
        return start;
    }

    /// <summary>Makes reserved memory accessible; it reads as zero. False when the system refuses.</summary>
    internal static bool Commit(void* start, nuint bytes)
    {
        int saved = *Libc.ErrnoLocation();
        bool done = Libc.Mprotect(start, bytes, ProtReadWrite) == 0;
        *Libc.ErrnoLocation() = saved;
        return done;
    }

    /// <summary>Gives the memory behind committed addresses back; they stay accessible and read as zero.</summary>
    internal static void Purge(void* start, nuint bytes)
    {
        int saved = *Libc.ErrnoLocation();
        // The only failure that matters is EAGAIN; anything else left the memory as it was, which must not be.
        if (Libc.Madvise(start, bytes, MadvDontNeed) != 0) Bytes.Clear(start, bytes);
        *Libc.ErrnoLocation() = saved;
    }

    /// <summary>Gives address space back.</summary>
    internal static void Release(void* start, nuint bytes)
    {
        int saved = *Libc.ErrnoLocation();
        Libc.Munmap(start, bytes);
        *Libc.ErrnoLocation() = saved;
    }

    /// <summary>Makes committed memory inaccessible, or accessible again.</summary>
    internal static bool Protect(void* start, nuint bytes, bool accessible)
    {
        int saved = *Libc.ErrnoLocation();
        bool done = Libc.Mprotect(start, bytes, accessible ? ProtReadWrite : ProtNone) == 0;
        *Libc.ErrnoLocation() = saved;
        return done;
    }

    /// <summary>Resizes a mapping: in place when <paramref name="target"/> is null, else over the reserved target. Null when it cannot.</summary>
    internal static void* Resize(void* start, nuint oldBytes, nuint newBytes, void* target)
    {
        int saved = *Libc.ErrnoLocation();
        void* result = Libc.Mremap(start, oldBytes, newBytes, target == null ? 0 : MremapMayMove | MremapFixed, target);
        *Libc.ErrnoLocation() = saved;
        return (nint)result == -1 ? null : result;
    }

    /// <summary>Milliseconds of a clock that never goes back, modulo 2^32.</summary>
    internal static uint Now()
    {
        Timespec time;
        Libc.ClockGettime(ClockMonotonicCoarse, &time);
        return (uint)((ulong)time.Seconds * 1000 + (ulong)time.Nanoseconds / 1_000_000);
    }

    /// <summary>Sleeps while the word has the value, until <see cref="Wake"/>; may return early.</summary>
    internal static void Wait(int* word, int value)
    {
        int saved = *Libc.ErrnoLocation();
        Libc.Futex(word, FutexWaitPrivate, value, null);
        *Libc.ErrnoLocation() = saved;
    }

    /// <summary>Wakes one sleeper.</summary>
    internal static void Wake(int* word)
    {
        int saved = *Libc.ErrnoLocation();
        Libc.Futex(word, FutexWakePrivate, 1, null);
        *Libc.ErrnoLocation() = saved;
    }

    /// <summary>Has somebody call <see cref="Purging.Tick"/> from now on. False when that is not possible.</summary>
    internal static bool StartScavenger(HeapCore* heap) => Scavenger.Start(heap);
}
