using System.Runtime.InteropServices;

namespace Gabbro.Platform.Native.Darwin;

/// <summary>Calls only Darwin has, or has under its own symbols (x64 suffixes the 64-bit-inode forms).</summary>
internal static unsafe partial class DarwinSystem
{
    internal static int fstat(int fd, DarwinStat* status)
    {
        if (NativeSeam.IsEnabled && NativeSeam.Intercept(nameof(fstat), out nint result, fd, (nint)status))
            return (int)result;
        return Host.IsArm64 ? Calls.fstat(fd, status) : Calls.fstat_inode64(fd, status);
    }

    internal static int fstatat(int directory, byte* path, DarwinStat* status, int flags)
    {
        if (NativeSeam.IsEnabled
            && NativeSeam.Intercept(nameof(fstatat), out nint result, directory, (nint)path, (nint)status, flags))
        {
            return (int)result;
        }
        return Host.IsArm64
            ? Calls.fstatat(directory, path, status, flags)
            : Calls.fstatat_inode64(directory, path, status, flags);
    }

    internal static int renameatx_np(int fromDirectory, byte* from, int toDirectory, byte* to, uint flags)
    {
        if (NativeSeam.IsEnabled && NativeSeam.Intercept(
            nameof(renameatx_np), out nint result, fromDirectory, (nint)from, toDirectory, (nint)to, (nint)flags))
        {
            return (int)result;
        }
        return Calls.renameatx_np(fromDirectory, from, toDirectory, to, flags);
    }

    internal static int fclonefileat(int source, int directory, byte* path, int flags)
    {
        if (NativeSeam.IsEnabled
            && NativeSeam.Intercept(nameof(fclonefileat), out nint result, source, directory, (nint)path, flags))
        {
            return (int)result;
        }
        return Calls.fclonefileat(source, directory, path, flags);
    }

    internal static int getentropy(void* buffer, nuint size)
    {
        if (NativeSeam.IsEnabled && NativeSeam.Intercept(nameof(getentropy), out nint result, (nint)buffer, (nint)size))
            return (int)result;
        return Calls.getentropy(buffer, size);
    }

    internal static int __ulock_wait(uint operation, void* address, ulong value, uint microseconds)
    {
        if (NativeSeam.IsEnabled && NativeSeam.Intercept(
            nameof(__ulock_wait), out nint result, (nint)operation, (nint)address, (nint)value, (nint)microseconds))
        {
            return (int)result;
        }
        return Calls.__ulock_wait(operation, address, value, microseconds);
    }

    internal static int __ulock_wake(uint operation, void* address, ulong value)
    {
        if (NativeSeam.IsEnabled
            && NativeSeam.Intercept(nameof(__ulock_wake), out nint result, (nint)operation, (nint)address, (nint)value))
        {
            return (int)result;
        }
        return Calls.__ulock_wake(operation, address, value);
    }

    internal static nint fdopendir(int fd)
    {
        if (NativeSeam.IsEnabled && NativeSeam.Intercept(nameof(fdopendir), out nint result, fd))
            return result;
        return Host.IsArm64 ? Calls.fdopendir(fd) : Calls.fdopendir_inode64(fd);
    }

    internal static void* readdir(nint stream)
    {
        if (NativeSeam.IsEnabled && NativeSeam.Intercept(nameof(readdir), out nint result, stream))
            return (void*)result;
        return Host.IsArm64 ? Calls.readdir(stream) : Calls.readdir_inode64(stream);
    }

    internal static int closedir(nint stream)
    {
        if (NativeSeam.IsEnabled && NativeSeam.Intercept(nameof(closedir), out nint result, stream))
            return (int)result;
        return Calls.closedir(stream);
    }

    private static partial class Calls
    {
        [LibraryImport("libc")]
        internal static partial int getentropy(void* buffer, nuint size);

        [LibraryImport("libc")]
        internal static partial int fclonefileat(int source, int directory, byte* path, int flags);

        [LibraryImport("libc")]
        internal static partial nint fdopendir(int fd);

        [LibraryImport("libc", EntryPoint = "fdopendir$INODE64")]
        internal static partial nint fdopendir_inode64(int fd);

        [LibraryImport("libc")]
        internal static partial void* readdir(nint stream);

        [LibraryImport("libc", EntryPoint = "readdir$INODE64")]
        internal static partial void* readdir_inode64(nint stream);

        [LibraryImport("libc")]
        internal static partial int closedir(nint stream);

        [LibraryImport("libc")]
        internal static partial int __ulock_wait(uint operation, void* address, ulong value, uint microseconds);

        [LibraryImport("libc")]
        internal static partial int __ulock_wake(uint operation, void* address, ulong value);

        [LibraryImport("libc")]
        internal static partial int fstat(int fd, DarwinStat* status);

        [LibraryImport("libc", EntryPoint = "fstat$INODE64")]
        internal static partial int fstat_inode64(int fd, DarwinStat* status);

        [LibraryImport("libc")]
        internal static partial int fstatat(int directory, byte* path, DarwinStat* status, int flags);

        [LibraryImport("libc", EntryPoint = "fstatat$INODE64")]
        internal static partial int fstatat_inode64(int directory, byte* path, DarwinStat* status, int flags);

        [LibraryImport("libc")]
        internal static partial int renameatx_np(int fromDirectory, byte* from, int toDirectory, byte* to, uint flags);
    }
}
