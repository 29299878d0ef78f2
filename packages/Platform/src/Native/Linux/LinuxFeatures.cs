using Gabbro.Platform.Machine;
using Gabbro.Platform.Memory;
using Gabbro.Platform.Native.Unix;

namespace Gabbro.Platform.Native.Linux;

/// <summary>
/// Probes by calls with arguments that cannot succeed: a kernel that has the call complains about them, one that lacks
/// it says ENOSYS, a filter says EPERM (or ENOSYS, as newer ones do).
/// </summary>
internal static unsafe class LinuxFeatures
{
    private const nint Nowhere = -1;

    internal static NativeError Probe(Feature feature) => feature switch
    {
        Feature.CompleteStatus => Ask("statx", SyscallNumbers.statx, Nowhere, 0, 0, 0, 0),
        Feature.OpenBeneath => Ask("openat2", SyscallNumbers.openat2, Nowhere, 0, 0, 0),
        Feature.RenameModes => Ask("renameat2", SyscallNumbers.renameat2, Nowhere, 0, Nowhere, 0, 1),
        Feature.CopyRange => Ask("copy_file_range", SyscallNumbers.copy_file_range, Nowhere, 0, Nowhere, 0, 0, 0),
        Feature.OpenFileLocks => OpenFileLocks(),
        Feature.RandomCall => Ask("getrandom", SyscallNumbers.getrandom, 0, 0, -1),
        Feature.ProcessBarrier => Ask("membarrier", SyscallNumbers.membarrier, 0),
        Feature.MemoryFile => Ask("memfd_create", SyscallNumbers.memfd_create, 0, -1),
        Feature.SharedFutex or Feature.ThreadAffinity => default,
        Feature.PopulatePages => PopulatePages(),
        Feature.LargePages => LargePages(),
        Feature.MemoryNodes => Ask("get_mempolicy", SyscallNumbers.get_mempolicy, 0, 0, 0, 0, -1),
        Feature.ProcessHandles => Ask("pidfd_open", SyscallNumbers.pidfd_open, Nowhere, 0),
        Feature.CloneWithControl => Ask("clone3", SyscallNumbers.clone3, 0, 0),
        Feature.CloseRange => Ask("close_range", SyscallNumbers.close_range, 1, 0, 0),
        Feature.SubmissionRings => Ask("io_uring_setup", SyscallNumbers.io_uring_setup, 0, 0),
        Feature.ReadWithoutWaiting => Ask("preadv2", SyscallNumbers.preadv2, Nowhere, 0, 0, 0, 0, 8),
        Feature.Landlock => Ask("landlock_create_ruleset", SyscallNumbers.landlock_create_ruleset, 0, 0, 1),
        _ => NativeError.Of(ErrorKind.NotSupported),
    };

    private static NativeError Ask(
        string name, int number, nint a0, nint a1 = 0, nint a2 = 0, nint a3 = 0, nint a4 = 0, nint a5 = 0)
    {
        if (Syscall.Invoke(name, number, a0, a1, a2, a3, a4, a5) >= 0)
            return default;
        NativeError error = NativeError.Last();
        return error.Kind is ErrorKind.NotImplemented or ErrorKind.NotPermitted or ErrorKind.NotSupported
            ? error : default;
    }

    /// <summary>An unknown command is EINVAL whatever the descriptor; a known one looks at the descriptor first.</summary>
    private static NativeError OpenFileLocks()
    {
        LinuxFlock request = default;
        if (Fcntl.fcntl(-1, LinuxFcntl.F_OFD_GETLK, (nint)(&request)) == 0)
            return default;
        NativeError error = NativeError.Last();
        return error.Kind == ErrorKind.InvalidHandle ? default : error;
    }

    private static NativeError PopulatePages()
    {
        nuint page = VirtualMemory.PageSize;
        if (!VirtualMemory.TryAllocate(page, 0, out void* memory, out NativeError error))
            return error;
        error = VirtualMemory.Advise(memory, page, MemoryAdvice.PopulateRead);
        _ = VirtualMemory.TryRelease(memory, page);
        return error;
    }

    private static NativeError LargePages()
    {
        NativeError error = NativeError.Of(ErrorKind.NotSupported);
        foreach (nuint size in VirtualMemory.GetLargePageSizes())
        {
            if (!VirtualMemory.TryAllocateLarge(size, size, out void* memory, out error))
                continue;
            _ = VirtualMemory.TryRelease(memory, size);
            return default;
        }
        return error;
    }
}
