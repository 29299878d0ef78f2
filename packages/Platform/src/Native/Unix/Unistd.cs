using System.Runtime.InteropServices;

namespace Gabbro.Platform.Native.Unix;

/// <summary>unistd.h: calls with the same symbol and signature on Linux and Darwin (64-bit <c>off_t</c>).</summary>
internal static unsafe partial class Unistd
{
    internal const int SEEK_SET = 0;
    internal const int SEEK_CUR = 1;
    internal const int SEEK_END = 2;

    internal static int close(int fd)
    {
        if (NativeSeam.IsEnabled && NativeSeam.Intercept(nameof(close), out nint result, fd))
            return (int)result;
        return Calls.close(fd);
    }

    internal static nint read(int fd, void* buffer, nuint count)
    {
        if (NativeSeam.IsEnabled
            && NativeSeam.InterceptTransfer(nameof(read), ref count, out nint result, fd, (nint)buffer, (nint)count))
        {
            return result;
        }
        return Calls.read(fd, buffer, count);
    }

    internal static nint write(int fd, void* buffer, nuint count)
    {
        if (NativeSeam.IsEnabled
            && NativeSeam.InterceptTransfer(nameof(write), ref count, out nint result, fd, (nint)buffer, (nint)count))
        {
            return result;
        }
        return Calls.write(fd, buffer, count);
    }

    internal static nint pread(int fd, void* buffer, nuint count, long offset)
    {
        if (NativeSeam.IsEnabled && NativeSeam.InterceptTransfer(
            nameof(pread), ref count, out nint result, fd, (nint)buffer, (nint)count, (nint)offset))
        {
            return result;
        }
        return Calls.pread(fd, buffer, count, offset);
    }

    internal static nint pwrite(int fd, void* buffer, nuint count, long offset)
    {
        if (NativeSeam.IsEnabled && NativeSeam.InterceptTransfer(
            nameof(pwrite), ref count, out nint result, fd, (nint)buffer, (nint)count, (nint)offset))
        {
            return result;
        }
        return Calls.pwrite(fd, buffer, count, offset);
    }

    internal static long lseek(int fd, long offset, int whence)
    {
        if (NativeSeam.IsEnabled && NativeSeam.Intercept(nameof(lseek), out nint result, fd, (nint)offset, whence))
            return result;
        return Calls.lseek(fd, offset, whence);
    }

    internal static int ftruncate(int fd, long length)
    {
        if (NativeSeam.IsEnabled && NativeSeam.Intercept(nameof(ftruncate), out nint result, fd, (nint)length))
            return (int)result;
        return Calls.ftruncate(fd, length);
    }

    internal static int fsync(int fd)
    {
        if (NativeSeam.IsEnabled && NativeSeam.Intercept(nameof(fsync), out nint result, fd))
            return (int)result;
        return Calls.fsync(fd);
    }

    internal static int unlinkat(int directory, byte* path, int flags)
    {
        if (NativeSeam.IsEnabled && NativeSeam.Intercept(nameof(unlinkat), out nint result, directory, (nint)path, flags))
            return (int)result;
        return Calls.unlinkat(directory, path, flags);
    }

    internal static int linkat(int fromDirectory, byte* from, int toDirectory, byte* to, int flags)
    {
        if (NativeSeam.IsEnabled && NativeSeam.Intercept(
            nameof(linkat), out nint result, fromDirectory, (nint)from, toDirectory, (nint)to, flags))
        {
            return (int)result;
        }
        return Calls.linkat(fromDirectory, from, toDirectory, to, flags);
    }

    internal static int symlinkat(byte* target, int directory, byte* path)
    {
        if (NativeSeam.IsEnabled
            && NativeSeam.Intercept(nameof(symlinkat), out nint result, (nint)target, directory, (nint)path))
        {
            return (int)result;
        }
        return Calls.symlinkat(target, directory, path);
    }

    internal static nint readlinkat(int directory, byte* path, byte* buffer, nuint size)
    {
        if (NativeSeam.IsEnabled && NativeSeam.InterceptTransfer(
            nameof(readlinkat), ref size, out nint result, directory, (nint)path, (nint)buffer, (nint)size))
        {
            return result;
        }
        return Calls.readlinkat(directory, path, buffer, size);
    }

    internal static int fchown(int fd, uint user, uint group)
    {
        if (NativeSeam.IsEnabled && NativeSeam.Intercept(nameof(fchown), out nint result, fd, (nint)user, (nint)group))
            return (int)result;
        return Calls.fchown(fd, user, group);
    }

    internal static int fchownat(int directory, byte* path, uint user, uint group, int flags)
    {
        if (NativeSeam.IsEnabled && NativeSeam.Intercept(
            nameof(fchownat), out nint result, directory, (nint)path, (nint)user, (nint)group, flags))
        {
            return (int)result;
        }
        return Calls.fchownat(directory, path, user, group, flags);
    }

    internal static int faccessat(int directory, byte* path, int mode, int flags)
    {
        if (NativeSeam.IsEnabled
            && NativeSeam.Intercept(nameof(faccessat), out nint result, directory, (nint)path, mode, flags))
        {
            return (int)result;
        }
        return Calls.faccessat(directory, path, mode, flags);
    }

    internal static nint sysconf(int name)
    {
        if (NativeSeam.IsEnabled && NativeSeam.Intercept(nameof(sysconf), out nint result, name))
            return result;
        return Calls.sysconf(name);
    }

    private static partial class Calls
    {
        [LibraryImport("libc")]
        internal static partial int close(int fd);

        [LibraryImport("libc")]
        internal static partial nint read(int fd, void* buffer, nuint count);

        [LibraryImport("libc")]
        internal static partial nint write(int fd, void* buffer, nuint count);

        [LibraryImport("libc")]
        internal static partial nint pread(int fd, void* buffer, nuint count, long offset);

        [LibraryImport("libc")]
        internal static partial nint pwrite(int fd, void* buffer, nuint count, long offset);

        [LibraryImport("libc")]
        internal static partial long lseek(int fd, long offset, int whence);

        [LibraryImport("libc")]
        internal static partial int ftruncate(int fd, long length);

        [LibraryImport("libc")]
        internal static partial int fsync(int fd);

        [LibraryImport("libc")]
        internal static partial int unlinkat(int directory, byte* path, int flags);

        [LibraryImport("libc")]
        internal static partial int linkat(int fromDirectory, byte* from, int toDirectory, byte* to, int flags);

        [LibraryImport("libc")]
        internal static partial int symlinkat(byte* target, int directory, byte* path);

        [LibraryImport("libc")]
        internal static partial nint readlinkat(int directory, byte* path, byte* buffer, nuint size);

        [LibraryImport("libc")]
        internal static partial int fchown(int fd, uint user, uint group);

        [LibraryImport("libc")]
        internal static partial int fchownat(int directory, byte* path, uint user, uint group, int flags);

        [LibraryImport("libc")]
        internal static partial int faccessat(int directory, byte* path, int mode, int flags);

        [LibraryImport("libc")]
        internal static partial nint sysconf(int name);
    }
}
