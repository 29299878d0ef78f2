using System.Runtime.InteropServices;

namespace Gabbro.Platform.Native.Unix;

/// <summary>sys/socket.h and netdb.h: calls with the same symbol and signature on Linux and Darwin.</summary>
internal static unsafe partial class SysSocket
{
    internal static int socket(int domain, int type, int protocol)
    {
        if (NativeSeam.IsEnabled && NativeSeam.Intercept(nameof(socket), out nint result, domain, type, protocol))
            return (int)result;
        return Calls.socket(domain, type, protocol);
    }

    internal static int socketpair(int domain, int type, int protocol, int* descriptors)
    {
        if (NativeSeam.IsEnabled && NativeSeam.Intercept(
            nameof(socketpair), out nint result, domain, type, protocol, (nint)descriptors))
        {
            return (int)result;
        }
        return Calls.socketpair(domain, type, protocol, descriptors);
    }

    internal static int bind(int socket, byte* address, uint length)
    {
        if (NativeSeam.IsEnabled && NativeSeam.Intercept(
            nameof(bind), out nint result, socket, (nint)address, (nint)length))
        {
            return (int)result;
        }
        return Calls.bind(socket, address, length);
    }

    internal static int listen(int socket, int backlog)
    {
        if (NativeSeam.IsEnabled && NativeSeam.Intercept(nameof(listen), out nint result, socket, backlog))
            return (int)result;
        return Calls.listen(socket, backlog);
    }

    internal static int accept(int socket, byte* address, uint* length)
    {
        if (NativeSeam.IsEnabled && NativeSeam.Intercept(
            nameof(accept), out nint result, socket, (nint)address, (nint)length))
        {
            return (int)result;
        }
        return Calls.accept(socket, address, length);
    }

    internal static int connect(int socket, byte* address, uint length)
    {
        if (NativeSeam.IsEnabled && NativeSeam.Intercept(
            nameof(connect), out nint result, socket, (nint)address, (nint)length))
        {
            return (int)result;
        }
        return Calls.connect(socket, address, length);
    }

    internal static int getsockname(int socket, byte* address, uint* length)
    {
        if (NativeSeam.IsEnabled && NativeSeam.Intercept(
            nameof(getsockname), out nint result, socket, (nint)address, (nint)length))
        {
            return (int)result;
        }
        return Calls.getsockname(socket, address, length);
    }

    internal static int getpeername(int socket, byte* address, uint* length)
    {
        if (NativeSeam.IsEnabled && NativeSeam.Intercept(
            nameof(getpeername), out nint result, socket, (nint)address, (nint)length))
        {
            return (int)result;
        }
        return Calls.getpeername(socket, address, length);
    }

    internal static int getsockopt(int socket, int level, int name, void* value, uint* length)
    {
        if (NativeSeam.IsEnabled && NativeSeam.Intercept(
            nameof(getsockopt), out nint result, socket, level, name, (nint)value, (nint)length))
        {
            return (int)result;
        }
        return Calls.getsockopt(socket, level, name, value, length);
    }

    internal static int setsockopt(int socket, int level, int name, void* value, uint length)
    {
        if (NativeSeam.IsEnabled && NativeSeam.Intercept(
            nameof(setsockopt), out nint result, socket, level, name, (nint)value, (nint)length))
        {
            return (int)result;
        }
        return Calls.setsockopt(socket, level, name, value, length);
    }

    internal static nint send(int socket, void* buffer, nuint count, int flags)
    {
        if (NativeSeam.IsEnabled && NativeSeam.InterceptTransfer(
            nameof(send), ref count, out nint result, socket, (nint)buffer, (nint)count, flags))
        {
            return result;
        }
        return Calls.send(socket, buffer, count, flags);
    }

    internal static nint recv(int socket, void* buffer, nuint count, int flags)
    {
        if (NativeSeam.IsEnabled && NativeSeam.InterceptTransfer(
            nameof(recv), ref count, out nint result, socket, (nint)buffer, (nint)count, flags))
        {
            return result;
        }
        return Calls.recv(socket, buffer, count, flags);
    }

    internal static nint sendto(int socket, void* buffer, nuint count, int flags, byte* address, uint addressLength)
    {
        if (NativeSeam.IsEnabled && NativeSeam.InterceptTransfer(
            nameof(sendto), ref count, out nint result, socket, (nint)buffer, (nint)count, flags, (nint)address, (nint)addressLength))
        {
            return result;
        }
        return Calls.sendto(socket, buffer, count, flags, address, addressLength);
    }

    internal static nint recvfrom(int socket, void* buffer, nuint count, int flags, byte* address, uint* addressLength)
    {
        if (NativeSeam.IsEnabled && NativeSeam.InterceptTransfer(
            nameof(recvfrom), ref count, out nint result, socket, (nint)buffer, (nint)count, flags, (nint)address, (nint)addressLength))
        {
            return result;
        }
        return Calls.recvfrom(socket, buffer, count, flags, address, addressLength);
    }

    internal static nint sendmsg(int socket, void* header, int flags)
    {
        if (NativeSeam.IsEnabled && NativeSeam.Intercept(
            nameof(sendmsg), out nint result, socket, (nint)header, flags))
        {
            return result;
        }
        return Calls.sendmsg(socket, header, flags);
    }

    internal static nint recvmsg(int socket, void* header, int flags)
    {
        if (NativeSeam.IsEnabled && NativeSeam.Intercept(
            nameof(recvmsg), out nint result, socket, (nint)header, flags))
        {
            return result;
        }
        return Calls.recvmsg(socket, header, flags);
    }

    internal static int shutdown(int socket, int how)
    {
        if (NativeSeam.IsEnabled && NativeSeam.Intercept(nameof(shutdown), out nint result, socket, how))
            return (int)result;
        return Calls.shutdown(socket, how);
    }

    internal static int getaddrinfo(byte* node, byte* service, void* hints, void** results)
    {
        if (NativeSeam.IsEnabled && NativeSeam.Intercept(
            nameof(getaddrinfo), out nint result, (nint)node, (nint)service, (nint)hints, (nint)results))
        {
            return (int)result;
        }
        return Calls.getaddrinfo(node, service, hints, results);
    }

    internal static void freeaddrinfo(void* results)
    {
        if (NativeSeam.IsEnabled && NativeSeam.Intercept(nameof(freeaddrinfo), out _, (nint)results))
            return;
        Calls.freeaddrinfo(results);
    }

    private static partial class Calls
    {
        [LibraryImport("libc")]
        internal static partial int socket(int domain, int type, int protocol);

        [LibraryImport("libc")]
        internal static partial int socketpair(int domain, int type, int protocol, int* descriptors);

        [LibraryImport("libc")]
        internal static partial int bind(int socket, byte* address, uint length);

        [LibraryImport("libc")]
        internal static partial int listen(int socket, int backlog);

        [LibraryImport("libc")]
        internal static partial int accept(int socket, byte* address, uint* length);

        [LibraryImport("libc")]
        internal static partial int connect(int socket, byte* address, uint length);

        [LibraryImport("libc")]
        internal static partial int getsockname(int socket, byte* address, uint* length);

        [LibraryImport("libc")]
        internal static partial int getpeername(int socket, byte* address, uint* length);

        [LibraryImport("libc")]
        internal static partial int getsockopt(int socket, int level, int name, void* value, uint* length);

        [LibraryImport("libc")]
        internal static partial int setsockopt(int socket, int level, int name, void* value, uint length);

        [LibraryImport("libc")]
        internal static partial nint send(int socket, void* buffer, nuint count, int flags);

        [LibraryImport("libc")]
        internal static partial nint recv(int socket, void* buffer, nuint count, int flags);

        [LibraryImport("libc")]
        internal static partial nint sendto(
            int socket, void* buffer, nuint count, int flags, byte* address, uint addressLength);

        [LibraryImport("libc")]
        internal static partial nint recvfrom(
            int socket, void* buffer, nuint count, int flags, byte* address, uint* addressLength);

        [LibraryImport("libc")]
        internal static partial nint sendmsg(int socket, void* header, int flags);

        [LibraryImport("libc")]
        internal static partial nint recvmsg(int socket, void* header, int flags);

        [LibraryImport("libc")]
        internal static partial int shutdown(int socket, int how);

        [LibraryImport("libc")]
        internal static partial int getaddrinfo(byte* node, byte* service, void* hints, void** results);

        [LibraryImport("libc")]
        internal static partial void freeaddrinfo(void* results);
    }
}
