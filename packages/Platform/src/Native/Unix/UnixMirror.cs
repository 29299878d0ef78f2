using Gabbro.Platform.Files;
using Gabbro.Platform.Memory;
using Gabbro.Platform.Native.Linux;
using Gabbro.Platform.Randomness;

namespace Gabbro.Platform.Native.Unix;

/// <summary>Memory mapped twice: a file without a name, over a reservation of twice its size.</summary>
internal static unsafe class UnixMirror
{
    private const nint MFD_CLOEXEC = 1;

    internal static NativeError Map(nuint capacity, out byte* start)
    {
        start = null;
        NativeError error = Open(out int fd);
        if (error.IsError)
            return error;
        error = UnixFiles.SetLength(fd, (long)capacity);
        void* range = null;
        if (!error.IsError)
            error = UnixMemory.Reserve(capacity * 2, VirtualMemory.PageSize, out range);
        if (!error.IsError)
        {
            start = (byte*)range;
            const int protection = Mman.PROT_READ | Mman.PROT_WRITE;
            const int flags = Mman.MAP_SHARED | Mman.MAP_FIXED;
            if (Mman.mmap(start, capacity, protection, flags, fd, 0) == Mman.Failed
                || Mman.mmap(start + capacity, capacity, protection, flags, fd, 0) == Mman.Failed)
            {
                error = NativeError.Last();
                _ = Mman.munmap(start, capacity * 2);
                start = null;
            }
        }
        _ = Unistd.close(fd);
        return error;
    }

    /// <summary>memfd_create(2), or a file that is unlinked at once.</summary>
    private static NativeError Open(out int fd)
    {
        if (Host.IsLinux)
        {
            ReadOnlySpan<byte> name = "mirror\0"u8;
            fixed (byte* pointer = name)
                fd = (int)Syscall.Invoke("memfd_create", SyscallNumbers.memfd_create, (nint)pointer, MFD_CLOEXEC);
            if (fd >= 0)
                return default;
            NativeError error = NativeError.Last();
            if (error.Kind is not (ErrorKind.NotImplemented or ErrorKind.NotPermitted))
                return error;
        }
        byte[] path = PathText.ToBytes($"{Path.GetTempPath()}gabbro-{SystemRandom.NextUInt64():x16}");
        FileOpenOptions options = FileOpenOptions.CreateNew with
        {
            Permissions = UnixFileMode.UserRead | UnixFileMode.UserWrite,
        };
        NativeError result = UnixFiles.Open(UnixFiles.CurrentDirectory, path, options, out fd);
        if (!result.IsError)
            _ = UnixFiles.Unlink(UnixFiles.CurrentDirectory, path, isDirectory: false);
        return result;
    }
}
