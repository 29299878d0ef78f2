using System.Diagnostics.CodeAnalysis;
using System.Numerics;
using Gabbro.Platform.Native;
using Gabbro.Platform.Native.Unix;
using Gabbro.Platform.Native.Windows;

namespace Gabbro.Platform.Memory;

/// <summary>
/// Address space and memory, apart: reserve a range of addresses, commit parts of it to memory, give the memory back,
/// release the addresses. Nothing here is seen or moved by the garbage collector.
/// </summary>
/// <remarks>
/// <para>All members are safe to call from several threads; no member allocates managed memory when it succeeds.</para>
/// <para>Addresses and sizes given to <c>Commit</c>, <c>Decommit</c>, <c>Protect</c> and <c>Advise</c> must be multiples
/// of <see cref="PageSize"/>. Memory is zero when first committed, and again after a decommit.</para>
/// </remarks>
public static unsafe partial class VirtualMemory
{
    /// <summary>The size of a page in bytes: the unit of commit and protection.</summary>
    public static nuint PageSize { get; } = Host.IsWindows ? WindowsMemory.PageSize : UnixMemory.PageSize;

    /// <summary>The unit of reservation in bytes: 64 KiB on Windows, the page size elsewhere.</summary>
    public static nuint AllocationGranularity { get; } = Host.IsWindows ? WindowsMemory.AllocationGranularity : PageSize;

    /// <summary>Reserves addresses without memory behind them. Any access faults until they are committed.</summary>
    /// <param name="size">Bytes, rounded up to <see cref="AllocationGranularity"/>; positive.</param>
    /// <param name="alignment">A power of two the address is to be a multiple of; 0 for the granularity.</param>
    /// <returns>The start of the range.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The size is zero or near the address space, or the alignment not a power of two.</exception>
    /// <exception cref="PlatformException">No such range is free.</exception>
    public static void* Reserve(nuint size, nuint alignment = 0)
    {
        if (!TryReserve(size, alignment, out void* address, out NativeError error))
            error.Throw("reserve memory");
        return address;
    }

    /// <summary>Reserves addresses, reporting failure as a value.</summary>
    /// <param name="size">Bytes, rounded up to <see cref="AllocationGranularity"/>; positive.</param>
    /// <param name="alignment">A power of two the address is to be a multiple of; 0 for the granularity.</param>
    /// <param name="address">The start of the range, or null.</param>
    /// <param name="error">Why it failed.</param>
    /// <returns>Whether it succeeded.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The size is zero or near the address space, or the alignment not a power of two.</exception>
    public static bool TryReserve(nuint size, nuint alignment, out void* address, out NativeError error)
    {
        size = CheckSize(size);
        if (alignment != 0 && !BitOperations.IsPow2(alignment))
            throw new ArgumentOutOfRangeException(nameof(alignment), alignment, "Must be a power of two.");
        if (alignment > nuint.MaxValue / 4 || size > nuint.MaxValue / 4)
            throw new ArgumentOutOfRangeException(nameof(size), size, "Larger than any address space.");
        alignment = Math.Max(alignment, AllocationGranularity);
        error = Host.IsWindows
            ? WindowsMemory.Reserve(size, alignment, out address)
            : UnixMemory.Reserve(size, alignment, out address);
        return !error.IsError;
    }

    /// <summary>Reserves and commits in one step: zeroed memory, readable and writable.</summary>
    /// <param name="size">Bytes, rounded up to <see cref="AllocationGranularity"/>; positive.</param>
    /// <param name="alignment">A power of two the address is to be a multiple of; 0 for the granularity.</param>
    /// <param name="address">The start of the range, or null.</param>
    /// <param name="error">Why it failed.</param>
    /// <returns>Whether it succeeded.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The size is zero or near the address space, or the alignment not a power of two.</exception>
    public static bool TryAllocate(nuint size, nuint alignment, out void* address, out NativeError error)
    {
        if (!TryReserve(size, alignment, out address, out error))
            return false;
        size = CheckSize(size);
        error = TryCommit(address, size);
        if (!error.IsError)
            return true;
        _ = TryRelease(address, size);
        address = null;
        return false;
    }

    /// <summary>Puts memory behind reserved addresses.</summary>
    /// <param name="address">Start, page-aligned.</param>
    /// <param name="size">Bytes, a multiple of the page size, positive.</param>
    /// <param name="protection">What may be done with it.</param>
    /// <exception cref="ArgumentException">Address or size are not page-aligned, or the protection is undefined.</exception>
    /// <exception cref="PlatformException">No memory.</exception>
    public static void Commit(void* address, nuint size, MemoryProtection protection = MemoryProtection.ReadWrite) =>
        TryCommit(address, size, protection).ThrowIfError("commit memory");

    /// <summary>Puts memory behind reserved addresses, reporting failure as a value. Memory already there stays.</summary>
    /// <param name="address">Start, page-aligned.</param>
    /// <param name="size">Bytes, a multiple of the page size, positive.</param>
    /// <param name="protection">What may be done with it.</param>
    /// <returns>Success, or why it failed.</returns>
    /// <exception cref="ArgumentException">Address or size are not page-aligned, or the protection is undefined.</exception>
    public static NativeError TryCommit(
        void* address, nuint size, MemoryProtection protection = MemoryProtection.ReadWrite)
    {
        CheckPages(address, size);
        CheckProtection(protection);
        return Host.IsWindows
            ? WindowsMemory.Commit(address, size, protection)
            : UnixMemory.Protect(address, size, protection);
    }

    /// <summary>Gives memory back and keeps the addresses: any access faults until they are committed again.</summary>
    /// <param name="address">Start, page-aligned.</param>
    /// <param name="size">Bytes, a multiple of the page size, positive.</param>
    /// <exception cref="ArgumentException">Address or size are not page-aligned.</exception>
    /// <exception cref="PlatformException">The range is not reserved, or the system refused.</exception>
    public static void Decommit(void* address, nuint size) =>
        TryDecommit(address, size).ThrowIfError("decommit memory");

    /// <summary>Gives memory back and keeps the addresses, reporting failure as a value.</summary>
    /// <param name="address">Start, page-aligned.</param>
    /// <param name="size">Bytes, a multiple of the page size, positive.</param>
    /// <returns>Success, or why it failed.</returns>
    /// <exception cref="ArgumentException">Address or size are not page-aligned.</exception>
    public static NativeError TryDecommit(void* address, nuint size)
    {
        CheckPages(address, size);
        return Host.IsWindows ? WindowsMemory.Decommit(address, size) : UnixMemory.Decommit(address, size);
    }

    /// <summary>Releases addresses and the memory behind them.</summary>
    /// <param name="address">What reserving returned; on Unix any page of the range.</param>
    /// <param name="size">What was reserved; on Unix any part of it. Windows releases the whole reservation.</param>
    /// <exception cref="ArgumentException">Address or size are not page-aligned.</exception>
    /// <exception cref="PlatformException">The system refused.</exception>
    public static void Release(void* address, nuint size) => TryRelease(address, size).ThrowIfError("release memory");

    /// <summary>Releases addresses and the memory behind them, reporting failure as a value.</summary>
    /// <param name="address">What reserving returned.</param>
    /// <param name="size">What was reserved, rounded up to <see cref="AllocationGranularity"/> here too.</param>
    /// <returns>Success, or why it failed.</returns>
    /// <exception cref="ArgumentException">The address is not page-aligned, or the size zero.</exception>
    public static NativeError TryRelease(void* address, nuint size)
    {
        size = CheckSize(size);
        CheckPages(address, size);
        return Host.IsWindows ? WindowsMemory.Release(address) : UnixMemory.Release(address, size);
    }

    /// <summary>Changes what may be done with committed memory.</summary>
    /// <param name="address">Start, page-aligned.</param>
    /// <param name="size">Bytes, a multiple of the page size, positive.</param>
    /// <param name="protection">What may be done with it.</param>
    /// <exception cref="ArgumentException">Address or size are not page-aligned, or the protection is undefined.</exception>
    /// <exception cref="PlatformException">The system refused.</exception>
    public static void Protect(void* address, nuint size, MemoryProtection protection) =>
        TryProtect(address, size, protection).ThrowIfError("protect memory");

    /// <summary>Changes what may be done with committed memory, reporting failure as a value.</summary>
    /// <param name="address">Start, page-aligned.</param>
    /// <param name="size">Bytes, a multiple of the page size, positive.</param>
    /// <param name="protection">What may be done with it.</param>
    /// <returns>
    /// Success, or why not: a range that splits a mapping needs another one, and a process may have only so many
    /// (vm.max_map_count on Linux), which is <see cref="ErrorKind.OutOfMemory"/>.
    /// </returns>
    /// <exception cref="ArgumentException">Address or size are not page-aligned, or the protection is undefined.</exception>
    public static NativeError TryProtect(void* address, nuint size, MemoryProtection protection)
    {
        CheckPages(address, size);
        CheckProtection(protection);
        return Host.IsWindows
            ? WindowsMemory.Protect(address, size, protection)
            : UnixMemory.Protect(address, size, protection);
    }

    /// <summary>Tells the system how a range will be used.</summary>
    /// <param name="address">Start, page-aligned.</param>
    /// <param name="size">Bytes, a multiple of the page size, positive.</param>
    /// <param name="advice">The advice.</param>
    /// <returns>Success; <see cref="ErrorKind.NotSupported"/> where the system has no such advice; or why it failed.</returns>
    /// <exception cref="ArgumentException">Address or size are not page-aligned, or the advice is undefined.</exception>
    public static NativeError Advise(void* address, nuint size, MemoryAdvice advice)
    {
        CheckPages(address, size);
        if (advice > MemoryAdvice.PopulateWrite)
            throw new ArgumentOutOfRangeException(nameof(advice), advice, "Undefined advice.");
        return Host.IsWindows ? WindowsMemory.Advise(address, size, advice) : UnixMemory.Advise(address, size, advice);
    }

    /// <summary>Keeps a range in memory, never paged out. Bounded by a resource limit.</summary>
    /// <param name="address">Start, page-aligned.</param>
    /// <param name="size">Bytes, a multiple of the page size, positive.</param>
    /// <returns>Success, or why it failed (<see cref="ErrorKind.OutOfMemory"/>, <see cref="ErrorKind.NotPermitted"/>).</returns>
    /// <exception cref="ArgumentException">Address or size are not page-aligned.</exception>
    public static NativeError TryLock(void* address, nuint size)
    {
        CheckPages(address, size);
        if (Host.IsWindows)
            return Kernel32.VirtualLock(address, size) != 0 ? default : NativeError.Last();
        return Mman.mlock(address, size) == 0 ? default : NativeError.Last();
    }

    /// <summary>Lets a locked range be paged out again.</summary>
    /// <param name="address">Start, page-aligned.</param>
    /// <param name="size">Bytes, a multiple of the page size, positive.</param>
    /// <returns>Success, or why it failed.</returns>
    /// <exception cref="ArgumentException">Address or size are not page-aligned.</exception>
    public static NativeError TryUnlock(void* address, nuint size)
    {
        CheckPages(address, size);
        if (Host.IsWindows)
            return Kernel32.VirtualUnlock(address, size) != 0 ? default : NativeError.Last();
        return Mman.munlock(address, size) == 0 ? default : NativeError.Last();
    }

    internal static void CheckPages(void* address, nuint size)
    {
        nuint mask = PageSize - 1;
        if (address is null || ((nuint)address & mask) != 0)
            ThrowMisaligned(nameof(address), (nuint)address);
        if (size == 0 || (size & mask) != 0 || (nuint)address > nuint.MaxValue - size)
            ThrowMisaligned(nameof(size), size);
    }

    private static nuint CheckSize(nuint size)
    {
        if (size == 0 || size > nuint.MaxValue - AllocationGranularity)
            throw new ArgumentOutOfRangeException(nameof(size), size, "Must be positive and fit the address space.");
        return (size + AllocationGranularity - 1) & ~(AllocationGranularity - 1);
    }

    private static void CheckProtection(MemoryProtection protection)
    {
        if (protection > (MemoryProtection.ReadWrite | MemoryProtection.Execute))
            throw new ArgumentOutOfRangeException(nameof(protection), protection, "Undefined protection.");
    }

    [DoesNotReturn]
    private static void ThrowMisaligned(string name, nuint value) =>
        throw new ArgumentException($"0x{value:x} is not a positive multiple of the page size {PageSize}.", name);
}
