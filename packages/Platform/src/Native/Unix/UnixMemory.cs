using Gabbro.Platform.Memory;
using Gabbro.Platform.Native.Darwin;
using Gabbro.Platform.Native.Linux;

namespace Gabbro.Platform.Native.Unix;

/// <summary>Address space by mmap(2).</summary>
internal static unsafe class UnixMemory
{
    internal static nuint PageSize =>
        (nuint)Unistd.sysconf(Host.IsDarwin ? DarwinMman._SC_PAGESIZE : LinuxMman._SC_PAGESIZE);

    private static int ReserveFlags => Mman.MAP_PRIVATE | (Host.IsDarwin
        ? DarwinMman.MAP_ANON | DarwinMman.MAP_NORESERVE
        : LinuxMman.MAP_ANONYMOUS | LinuxMman.MAP_NORESERVE);

    internal static NativeError Reserve(nuint size, nuint alignment, out void* address)
    {
        // mmap aligns to pages only: ask for enough to hold an aligned range, and give the ends back.
        nuint page = VirtualMemory.PageSize;
        nuint extra = alignment > page ? alignment - page : 0;
        byte* start = (byte*)Mman.mmap(null, size + extra, Mman.PROT_NONE, ReserveFlags, -1, 0);
        if (start == Mman.Failed)
        {
            NativeError error = NativeError.Last();
            address = null;
            return error;
        }
        byte* aligned = (byte*)(((nuint)start + alignment - 1) & ~(alignment - 1));
        nuint head = (nuint)(aligned - start);
        if (head != 0)
            _ = Mman.munmap(start, head);
        if (extra != head)
            _ = Mman.munmap(aligned + size, extra - head);
        address = aligned;
        return default;
    }

    internal static NativeError Protect(void* address, nuint size, MemoryProtection protection) =>
        Mman.mprotect(address, size, Bits(protection)) == 0 ? default : NativeError.Last();

    /// <summary>One call that drops pages, commit charge and rights together: a fresh reservation over the old one.</summary>
    internal static NativeError Decommit(void* address, nuint size) =>
        Mman.mmap(address, size, Mman.PROT_NONE, ReserveFlags | Mman.MAP_FIXED, -1, 0) != Mman.Failed
            ? default : NativeError.Last();

    internal static NativeError Release(void* address, nuint size) =>
        Mman.munmap(address, size) == 0 ? default : NativeError.Last();

    internal static NativeError Advise(void* address, nuint size, MemoryAdvice advice)
    {
        int native = Host.IsDarwin ? DarwinAdvice(advice) : LinuxAdvice(advice);
        if (native < 0)
            return NativeError.Of(ErrorKind.NotSupported);
        while (Mman.madvise(address, size, native) != 0)
        {
            NativeError error = NativeError.Last();
            if (error.Kind is ErrorKind.WouldBlock or ErrorKind.Interrupted)
                continue;
            // A kernel that does not know an advice, or was built without it, answers EINVAL.
            return error.Kind == ErrorKind.InvalidArgument ? NativeError.Of(ErrorKind.NotSupported) : error;
        }
        return default;
    }

    internal static int Bits(MemoryProtection protection)
    {
        int bits = Mman.PROT_NONE;
        if ((protection & MemoryProtection.Read) != 0)
            bits |= Mman.PROT_READ;
        if ((protection & MemoryProtection.Write) != 0)
            bits |= Mman.PROT_READ | Mman.PROT_WRITE;
        if ((protection & MemoryProtection.Execute) != 0)
            bits |= Mman.PROT_EXEC;
        return bits;
    }

    private static int LinuxAdvice(MemoryAdvice advice) => advice switch
    {
        MemoryAdvice.Normal => LinuxMman.MADV_NORMAL,
        MemoryAdvice.Sequential => LinuxMman.MADV_SEQUENTIAL,
        MemoryAdvice.Random => LinuxMman.MADV_RANDOM,
        MemoryAdvice.WillNeed => LinuxMman.MADV_WILLNEED,
        MemoryAdvice.Discard => LinuxMman.MADV_DONTNEED,
        MemoryAdvice.Free => LinuxMman.MADV_FREE,
        MemoryAdvice.HugePages => LinuxMman.MADV_HUGEPAGE,
        MemoryAdvice.NoHugePages => LinuxMman.MADV_NOHUGEPAGE,
        MemoryAdvice.Cold => LinuxMman.MADV_COLD,
        MemoryAdvice.PageOut => LinuxMman.MADV_PAGEOUT,
        MemoryAdvice.NoDump => LinuxMman.MADV_DONTDUMP,
        MemoryAdvice.Dump => LinuxMman.MADV_DODUMP,
        MemoryAdvice.PopulateRead => LinuxMman.MADV_POPULATE_READ,
        MemoryAdvice.PopulateWrite => LinuxMman.MADV_POPULATE_WRITE,
        _ => -1,
    };

    /// <summary>Darwin's MADV_DONTNEED keeps the contents, so there is no advice that discards.</summary>
    private static int DarwinAdvice(MemoryAdvice advice) => advice switch
    {
        MemoryAdvice.Normal => DarwinMman.MADV_NORMAL,
        MemoryAdvice.Sequential => DarwinMman.MADV_SEQUENTIAL,
        MemoryAdvice.Random => DarwinMman.MADV_RANDOM,
        MemoryAdvice.WillNeed => DarwinMman.MADV_WILLNEED,
        MemoryAdvice.Free => DarwinMman.MADV_FREE,
        MemoryAdvice.Cold => DarwinMman.MADV_DONTNEED,
        _ => -1,
    };
}
