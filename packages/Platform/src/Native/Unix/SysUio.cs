using System.Runtime.InteropServices;

namespace Gabbro.Platform.Native.Unix;

/// <summary>sys/uio.h, where a positional vector call exists on both systems (Darwin since 11).</summary>
internal static unsafe partial class SysUio
{
    internal static nint preadv(int fd, BufferSegment* buffers, int number, long offset)
    {
        if (NativeSeam.IsEnabled && NativeSeam.Intercept(
            nameof(preadv), out nint result, fd, (nint)buffers, number, (nint)offset))
        {
            return result;
        }
        return Calls.preadv(fd, buffers, number, offset);
    }

    internal static nint pwritev(int fd, BufferSegment* buffers, int number, long offset)
    {
        if (NativeSeam.IsEnabled && NativeSeam.Intercept(
            nameof(pwritev), out nint result, fd, (nint)buffers, number, (nint)offset))
        {
            return result;
        }
        return Calls.pwritev(fd, buffers, number, offset);
    }

    private static partial class Calls
    {
        [LibraryImport("libc")]
        internal static partial nint preadv(int fd, BufferSegment* buffers, int number, long offset);

        [LibraryImport("libc")]
        internal static partial nint pwritev(int fd, BufferSegment* buffers, int number, long offset);
    }
}
