using System.Runtime.InteropServices;

namespace Gabbro.Platform.Native.Unix;

/// <summary>sys/mman.h: calls with one signature on Linux and Darwin.</summary>
internal static unsafe partial class Mman
{
    internal const int PROT_NONE = 0;
    internal const int PROT_READ = 1;
    internal const int PROT_WRITE = 2;
    internal const int PROT_EXEC = 4;
    internal const int MAP_SHARED = 1;
    internal const int MAP_PRIVATE = 2;
    internal const int MAP_FIXED = 0x10;

    internal static void* Failed => (void*)-1;

    internal static void* mmap(void* address, nuint length, int protection, int flags, int fd, long offset)
    {
        if (NativeSeam.IsEnabled && NativeSeam.Intercept(
            nameof(mmap), out nint result, (nint)address, (nint)length, protection, flags, fd, (nint)offset))
        {
            return (void*)result;
        }
        return Calls.mmap(address, length, protection, flags, fd, offset);
    }

    internal static int munmap(void* address, nuint length)
    {
        if (NativeSeam.IsEnabled && NativeSeam.Intercept(nameof(munmap), out nint result, (nint)address, (nint)length))
            return (int)result;
        return Calls.munmap(address, length);
    }

    internal static int mprotect(void* address, nuint length, int protection)
    {
        if (NativeSeam.IsEnabled
            && NativeSeam.Intercept(nameof(mprotect), out nint result, (nint)address, (nint)length, protection))
        {
            return (int)result;
        }
        return Calls.mprotect(address, length, protection);
    }

    internal static int madvise(void* address, nuint length, int advice)
    {
        if (NativeSeam.IsEnabled
            && NativeSeam.Intercept(nameof(madvise), out nint result, (nint)address, (nint)length, advice))
        {
            return (int)result;
        }
        return Calls.madvise(address, length, advice);
    }

    internal static int msync(void* address, nuint length, int flags)
    {
        if (NativeSeam.IsEnabled
            && NativeSeam.Intercept(nameof(msync), out nint result, (nint)address, (nint)length, flags))
        {
            return (int)result;
        }
        return Calls.msync(address, length, flags);
    }

    internal static int mlock(void* address, nuint length)
    {
        if (NativeSeam.IsEnabled && NativeSeam.Intercept(nameof(mlock), out nint result, (nint)address, (nint)length))
            return (int)result;
        return Calls.mlock(address, length);
    }

    internal static int munlock(void* address, nuint length)
    {
        if (NativeSeam.IsEnabled && NativeSeam.Intercept(nameof(munlock), out nint result, (nint)address, (nint)length))
            return (int)result;
        return Calls.munlock(address, length);
    }

    internal static int mincore(void* address, nuint length, byte* resident)
    {
        if (NativeSeam.IsEnabled
            && NativeSeam.Intercept(nameof(mincore), out nint result, (nint)address, (nint)length, (nint)resident))
        {
            return (int)result;
        }
        return Calls.mincore(address, length, resident);
    }

    private static partial class Calls
    {
        [LibraryImport("libc")]
        internal static partial void* mmap(void* address, nuint length, int protection, int flags, int fd, long offset);

        [LibraryImport("libc")]
        internal static partial int munmap(void* address, nuint length);

        [LibraryImport("libc")]
        internal static partial int mprotect(void* address, nuint length, int protection);

        [LibraryImport("libc")]
        internal static partial int madvise(void* address, nuint length, int advice);

        [LibraryImport("libc")]
        internal static partial int msync(void* address, nuint length, int flags);

        [LibraryImport("libc")]
        internal static partial int mlock(void* address, nuint length);

        [LibraryImport("libc")]
        internal static partial int munlock(void* address, nuint length);

        [LibraryImport("libc")]
        internal static partial int mincore(void* address, nuint length, byte* resident);
    }
}
