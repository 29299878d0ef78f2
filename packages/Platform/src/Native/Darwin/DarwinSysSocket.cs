using System.Runtime.InteropServices;

namespace Gabbro.Platform.Native.Darwin;

/// <summary>Socket calls whose shape is Darwin's own (sys/socket.h, sys/uio.h, unistd.h).</summary>
internal static unsafe partial class DarwinSysSocket
{
    /// <summary>On return the length holds the bytes sent, also when the call failed with EAGAIN or EINTR.</summary>
    internal static int sendfile(int file, int socket, long offset, long* length, void* headers, int flags)
    {
        if (NativeSeam.IsEnabled && NativeSeam.Intercept(
            nameof(sendfile), out nint result, file, socket, (nint)offset, (nint)length, (nint)headers, flags))
        {
            return (int)result;
        }
        return Calls.sendfile(file, socket, offset, length, headers, flags);
    }

    internal static int getpeereid(int socket, uint* user, uint* group)
    {
        if (NativeSeam.IsEnabled && NativeSeam.Intercept(
            nameof(getpeereid), out nint result, socket, (nint)user, (nint)group))
        {
            return (int)result;
        }
        return Calls.getpeereid(socket, user, group);
    }

    private static partial class Calls
    {
        [LibraryImport("libc")]
        internal static partial int sendfile(int file, int socket, long offset, long* length, void* headers, int flags);

        [LibraryImport("libc")]
        internal static partial int getpeereid(int socket, uint* user, uint* group);
    }
}
