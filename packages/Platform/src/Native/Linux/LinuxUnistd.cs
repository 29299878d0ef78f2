using System.Runtime.InteropServices;

namespace Gabbro.Platform.Native.Linux;

/// <summary>unistd.h and fcntl.h: what Linux has beyond POSIX.</summary>
internal static unsafe partial class LinuxUnistd
{
    internal static int pipe2(int* descriptors, int flags)
    {
        if (NativeSeam.IsEnabled && NativeSeam.Intercept(nameof(pipe2), out nint result, (nint)descriptors, flags))
            return (int)result;
        return Calls.pipe2(descriptors, flags);
    }

    private static partial class Calls
    {
        [LibraryImport("libc")]
        internal static partial int pipe2(int* descriptors, int flags);
    }
}
