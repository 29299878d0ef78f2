using System.Buffers.Text;
using System.Numerics;
using Gabbro.Platform.Files;
using Gabbro.Platform.Native;
using Gabbro.Platform.Native.Linux;
using Gabbro.Platform.Native.Unix;
using Gabbro.Platform.Native.Windows;

namespace Gabbro.Platform.Memory;

/// <content>Large pages and memory nodes.</content>
public static unsafe partial class VirtualMemory
{
    /// <summary>
    /// The sizes of explicit large pages in bytes, ascending; empty where there are none. That a size is listed does not
    /// mean that such pages are set aside.
    /// </summary>
    /// <returns>The sizes.</returns>
    public static nuint[] GetLargePageSizes()
    {
        if (Host.IsWindows)
            return Kernel32.GetLargePageMinimum() is var size && size != 0 ? [size] : [];
        List<nuint> sizes = [];
        if (Host.IsLinux && DirectoryHandle.TryOpen("/sys/kernel/mm/hugepages"u8, out DirectoryHandle? directory, out _))
        {
            using (directory)
            using (DirectoryReader reader = new())
            {
                reader.Start(directory);
                ReadOnlySpan<byte> prefix = "hugepages-"u8;
                while (reader.Read(out DirectoryEntry entry))
                {
                    if (entry.Name.StartsWith(prefix)
                        && Utf8Parser.TryParse(entry.Name[prefix.Length..], out ulong kibibytes, out _))
                    {
                        sizes.Add((nuint)kibibytes * 1024);
                    }
                }
            }
            sizes.Sort();
        }
        return [.. sizes];
    }

    /// <summary>
    /// Allocates zeroed memory in explicit large pages (MAP_HUGETLB; MEM_LARGE_PAGES). They must have been set aside
    /// (Linux) or need a privilege (Windows): be ready for failure, and fall back to <see cref="TryAllocate"/> with
    /// <see cref="MemoryAdvice.HugePages"/>.
    /// </summary>
    /// <param name="size">Bytes, a multiple of the page size given, positive. Release with <see cref="TryRelease"/>.</param>
    /// <param name="pageSize">One of <see cref="GetLargePageSizes"/>.</param>
    /// <param name="address">The memory, or null.</param>
    /// <param name="error">Why it failed; <see cref="ErrorKind.NotSupported"/> on macOS.</param>
    /// <returns>Whether it succeeded.</returns>
    /// <exception cref="ArgumentException">The page size is not a power of two above <see cref="PageSize"/>, or the size no multiple of it.</exception>
    public static bool TryAllocateLarge(nuint size, nuint pageSize, out void* address, out NativeError error)
    {
        if (!BitOperations.IsPow2(pageSize) || pageSize <= PageSize)
            throw new ArgumentException("Not a large page size.", nameof(pageSize));
        if (size == 0 || (size & (pageSize - 1)) != 0)
            throw new ArgumentException("Must be a positive multiple of the page size.", nameof(size));
        address = null;
        if (Host.IsWindows)
        {
            address = Kernel32.VirtualAlloc(
                null, size, Kernel32.MEM_RESERVE | Kernel32.MEM_COMMIT | Kernel32.MEM_LARGE_PAGES,
                Kernel32.PAGE_READWRITE);
            error = address is not null ? default : NativeError.Last();
        }
        else if (Host.IsDarwin)
        {
            error = NativeError.Of(ErrorKind.NotSupported);
        }
        else
        {
            int flags = Mman.MAP_PRIVATE | LinuxMman.MAP_ANONYMOUS | LinuxMman.MAP_HUGETLB
                | (BitOperations.Log2((ulong)pageSize) << LinuxMman.MAP_HUGE_SHIFT);
            address = Mman.mmap(null, size, Mman.PROT_READ | Mman.PROT_WRITE, flags, -1, 0);
            error = address != Mman.Failed ? default : NativeError.Last();
            if (error.IsError)
                address = null;
        }
        return !error.IsError;
    }

    /// <summary>Says which memory nodes shall back a range, for pages not yet touched (mbind(2)).</summary>
    /// <param name="address">Start, page-aligned.</param>
    /// <param name="size">Bytes, a multiple of the page size, positive.</param>
    /// <param name="policy">How the nodes are used.</param>
    /// <param name="nodes">The nodes' numbers, below 1024; none for the default policy.</param>
    /// <returns>Success; <see cref="ErrorKind.NotSupported"/> on macOS and Windows; or why it failed.</returns>
    /// <exception cref="ArgumentException">Address or size are not page-aligned, or a value is out of range.</exception>
    public static NativeError TryBindToNodes(
        void* address, nuint size, NumaPolicy policy, params ReadOnlySpan<int> nodes)
    {
        CheckPages(address, size);
        if (policy > NumaPolicy.Interleave)
            throw new ArgumentOutOfRangeException(nameof(policy), policy, "Undefined policy.");
        if ((policy == NumaPolicy.Default) != nodes.IsEmpty)
            throw new ArgumentException("The default policy takes no nodes, any other needs some.", nameof(nodes));
        const int most = 1024;
        ulong* mask = stackalloc ulong[most / 64];
        new Span<ulong>(mask, most / 64).Clear();
        foreach (int node in nodes)
        {
            if ((uint)node >= most)
                throw new ArgumentOutOfRangeException(nameof(nodes), node, "Not a node.");
            mask[node / 64] |= 1ul << (node % 64);
        }
        if (!Host.IsLinux)
            return NativeError.Of(ErrorKind.NotSupported);
        // The kernel reads one bit fewer than it is told (mbind(2), "Bugs" of get_mempolicy).
        return Syscall.Invoke(
            "mbind", SyscallNumbers.mbind, (nint)address, (nint)size, (int)policy, nodes.IsEmpty ? 0 : (nint)mask,
            nodes.IsEmpty ? 0 : most + 1, 0) == 0
                ? default : NativeError.Last();
    }

    /// <summary>The memory node behind an address that was touched (get_mempolicy(2)).</summary>
    /// <param name="address">The address.</param>
    /// <param name="node">The node's number.</param>
    /// <returns>Success; <see cref="ErrorKind.NotSupported"/> on macOS and Windows; or why it failed.</returns>
    public static NativeError TryGetNode(void* address, out int node)
    {
        const nint byAddress = 3;
        int result = 0;
        NativeError error = !Host.IsLinux
            ? NativeError.Of(ErrorKind.NotSupported)
            : Syscall.Invoke(
                "get_mempolicy", SyscallNumbers.get_mempolicy, (nint)(&result), 0, 0, (nint)address, byAddress) == 0
                    ? default : NativeError.Last();
        node = result;
        return error;
    }
}
