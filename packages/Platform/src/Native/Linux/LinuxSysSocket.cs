using System.Runtime.InteropServices;

namespace Gabbro.Platform.Native.Linux;

/// <summary>Socket calls that only Linux has (sys/socket.h with _GNU_SOURCE, sys/sendfile.h).</summary>
internal static unsafe partial class LinuxSysSocket
{
    internal static int accept4(int socket, byte* address, uint* length, int flags)
    {
        if (NativeSeam.IsEnabled && NativeSeam.Intercept(
            nameof(accept4), out nint result, socket, (nint)address, (nint)length, flags))
        {
            return (int)result;
        }
        return Calls.accept4(socket, address, length, flags);
    }

    internal static int sendmmsg(int socket, LinuxMultiMessageHeader* messages, uint number, int flags)
    {
        if (NativeSeam.IsEnabled && NativeSeam.Intercept(
            nameof(sendmmsg), out nint result, socket, (nint)messages, (nint)number, flags))
        {
            return (int)result;
        }
        return Calls.sendmmsg(socket, messages, number, flags);
    }

    internal static int recvmmsg(int socket, LinuxMultiMessageHeader* messages, uint number, int flags, void* timeout)
    {
        if (NativeSeam.IsEnabled && NativeSeam.Intercept(
            nameof(recvmmsg), out nint result, socket, (nint)messages, (nint)number, flags, (nint)timeout))
        {
            return (int)result;
        }
        return Calls.recvmmsg(socket, messages, number, flags, timeout);
    }

    internal static nint sendfile(int socket, int file, long* offset, nuint count)
    {
        if (NativeSeam.IsEnabled && NativeSeam.InterceptTransfer(
            nameof(sendfile), ref count, out nint result, socket, file, (nint)offset, (nint)count))
        {
            return result;
        }
        return Calls.sendfile(socket, file, offset, count);
    }

    private static partial class Calls
    {
        [LibraryImport("libc")]
        internal static partial int accept4(int socket, byte* address, uint* length, int flags);

        [LibraryImport("libc")]
        internal static partial int sendmmsg(int socket, LinuxMultiMessageHeader* messages, uint number, int flags);

        [LibraryImport("libc")]
        internal static partial int recvmmsg(
            int socket, LinuxMultiMessageHeader* messages, uint number, int flags, void* timeout);

        [LibraryImport("libc")]
        internal static partial nint sendfile(int socket, int file, long* offset, nuint count);
    }
}
