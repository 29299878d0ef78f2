using System.Runtime.InteropServices;
using Gabbro.Platform.Native.Unix;

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

    internal static int nanosleep(Timespec* time, Timespec* left)
    {
        if (NativeSeam.IsEnabled && NativeSeam.Intercept(nameof(nanosleep), out nint result, (nint)time, (nint)left))
            return (int)result;
        return Calls.nanosleep(time, left);
    }

    internal static int pthread_setname_np(byte* name)
    {
        if (NativeSeam.IsEnabled && NativeSeam.Intercept(nameof(pthread_setname_np), out nint result, (nint)name))
            return (int)result;
        return Calls.pthread_setname_np(name);
    }

    internal static nint pthread_self()
    {
        if (NativeSeam.IsEnabled && NativeSeam.Intercept(nameof(pthread_self), out nint result))
            return result;
        return Calls.pthread_self();
    }

    internal static int pthread_getname_np(nint thread, byte* name, nuint size)
    {
        if (NativeSeam.IsEnabled && NativeSeam.Intercept(
            nameof(pthread_getname_np), out nint result, thread, (nint)name, (nint)size))
        {
            return (int)result;
        }
        return Calls.pthread_getname_np(thread, name, size);
    }

    internal static int pthread_threadid_np(nint thread, ulong* id)
    {
        if (NativeSeam.IsEnabled && NativeSeam.Intercept(nameof(pthread_threadid_np), out nint result, thread, (nint)id))
            return (int)result;
        return Calls.pthread_threadid_np(thread, id);
    }

    internal static int pthread_cpu_number_np(nuint* number)
    {
        if (NativeSeam.IsEnabled && NativeSeam.Intercept(nameof(pthread_cpu_number_np), out nint result, (nint)number))
            return (int)result;
        return Calls.pthread_cpu_number_np(number);
    }

    internal static int pthread_set_qos_class_self_np(uint level, int relative)
    {
        if (NativeSeam.IsEnabled && NativeSeam.Intercept(
            nameof(pthread_set_qos_class_self_np), out nint result, (nint)level, relative))
        {
            return (int)result;
        }
        return Calls.pthread_set_qos_class_self_np(level, relative);
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
        internal static partial int nanosleep(Timespec* time, Timespec* left);

        [LibraryImport("libc")]
        internal static partial int pthread_setname_np(byte* name);

        [LibraryImport("libc")]
        internal static partial nint pthread_self();

        [LibraryImport("libc")]
        internal static partial int pthread_getname_np(nint thread, byte* name, nuint size);

        [LibraryImport("libc")]
        internal static partial int pthread_threadid_np(nint thread, ulong* id);

        [LibraryImport("libc")]
        internal static partial int pthread_cpu_number_np(nuint* number);

        [LibraryImport("libc")]
        internal static partial int pthread_set_qos_class_self_np(uint level, int relative);

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
