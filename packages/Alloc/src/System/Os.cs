using System.Runtime.CompilerServices;
using Gabbro.Platform.Memory;
using Gabbro.Platform.Threading;

namespace Gabbro.Alloc.Core;

/// <summary>The core's ten functions of the operating system, on Gabbro.Platform.</summary>
internal static unsafe class Os
{
    /// <summary>The size of a system page: what memory is given back and guarded by.</summary>
    internal static readonly nuint PageBytes = VirtualMemory.PageSize;

    /// <summary>
    /// For tests: after this many more successful requests for address space, memory or guards all fail, until it is set to a
    /// negative number again.
    /// </summary>
    internal static long FailAfter = -1;

    /// <summary>Inaccessible address space on a boundary of <paramref name="alignment"/> bytes, or null.</summary>
    internal static void* Reserve(nuint bytes, nuint alignment)
    {
        if (Fails()) return null;
        return VirtualMemory.TryReserve(bytes, alignment, out void* address, out _) ? address : null;
    }

    /// <summary>Makes reserved memory accessible; it reads as zero. False when the system refuses.</summary>
    internal static bool Commit(void* start, nuint bytes) => !Fails() && !VirtualMemory.TryCommit(start, bytes).IsError;

    /// <summary>Gives the memory behind committed addresses back; they stay accessible and read as zero.</summary>
    internal static void Purge(void* start, nuint bytes)
    {
        if (!VirtualMemory.Advise(start, bytes, MemoryAdvice.Discard).IsError) return;
        // Where there is no such advice, decommitting and committing again does it. If even that fails the memory must
        // at least read as zero.
        if (!VirtualMemory.TryDecommit(start, bytes).IsError) VirtualMemory.Commit(start, bytes);
        else Bytes.Clear(start, bytes);
    }

    /// <summary>Gives address space back.</summary>
    internal static void Release(void* start, nuint bytes) => VirtualMemory.TryRelease(start, bytes);

    /// <summary>Makes committed memory inaccessible, or accessible again.</summary>
    internal static bool Protect(void* start, nuint bytes, bool accessible) =>
        (accessible || !Fails()) && !VirtualMemory.TryProtect(start, bytes, accessible ? MemoryProtection.ReadWrite : MemoryProtection.None).IsError;

    /// <summary>Mappings are not resized here: the caller copies.</summary>
    internal static void* Resize(void* start, nuint oldBytes, nuint newBytes, void* target) => null;

    /// <summary>Milliseconds of a clock that never goes back, modulo 2^32.</summary>
    internal static uint Now() => unchecked((uint)Environment.TickCount64);

    /// <summary>Sleeps while the word has the value, until <see cref="Wake"/>; may return early.</summary>
    internal static void Wait(int* word, int value) => Futex.Wait(word, value, Timeout.InfiniteTimeSpan);

    /// <summary>Wakes one sleeper.</summary>
    internal static void Wake(int* word) => Futex.WakeOne(word);

    /// <summary>Has somebody call <see cref="Purging.Tick"/> from now on. False when that is not possible.</summary>
    internal static bool StartScavenger(HeapCore* heap) => HeapScavenger.Start(heap);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static bool Fails() => Volatile.Read(ref FailAfter) >= 0 && Interlocked.Decrement(ref FailAfter) < 0 && Exhausted();

    private static bool Exhausted()
    {
        Volatile.Write(ref FailAfter, 0);
        return true;
    }
}
