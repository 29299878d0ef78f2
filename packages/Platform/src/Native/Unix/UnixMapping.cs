using Gabbro.Platform.Memory;
using Gabbro.Platform.Native.Darwin;
using Gabbro.Platform.Native.Linux;

namespace Gabbro.Platform.Native.Unix;

/// <summary>File mappings by mmap(2).</summary>
internal static unsafe class UnixMapping
{
    internal static NativeError Map(int fd, long offset, nuint length, FileMappingAccess access, out byte* start)
    {
        int protection = access == FileMappingAccess.Read ? Mman.PROT_READ : Mman.PROT_READ | Mman.PROT_WRITE;
        int flags = access == FileMappingAccess.CopyOnWrite ? Mman.MAP_PRIVATE : Mman.MAP_SHARED;
        start = (byte*)Mman.mmap(null, length, protection, flags, fd, offset);
        if (start != Mman.Failed)
            return default;
        NativeError error = NativeError.Last();
        start = null;
        return error;
    }

    internal static NativeError Remap(byte* start, nuint oldLength, nuint newLength, out byte* moved)
    {
        moved = (byte*)Syscall.Invoke(
            "mremap", SyscallNumbers.mremap, (nint)start, (nint)oldLength, (nint)newLength, LinuxMman.MREMAP_MAYMOVE);
        return moved != Mman.Failed ? default : NativeError.Last();
    }

    internal static NativeError Flush(byte* start, nuint length, bool wait)
    {
        int flags = Host.IsDarwin
            ? wait ? DarwinMman.MS_SYNC : DarwinMman.MS_ASYNC
            : wait ? LinuxMman.MS_SYNC : LinuxMman.MS_ASYNC;
        while (Mman.msync(start, length, flags) != 0)
        {
            NativeError error = NativeError.Last();
            if (error.Kind != ErrorKind.Interrupted)
                return error;
        }
        return default;
    }
}
