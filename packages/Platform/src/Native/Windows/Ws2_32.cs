using System.Runtime.InteropServices;

namespace Gabbro.Platform.Native.Windows;

/// <summary>winsock2.h and ws2tcpip.h. Errors are read with GetLastError, which is where WSAGetLastError looks too.</summary>
internal static unsafe partial class Ws2_32
{
    internal static int WSAStartup(ushort version, void* data)
    {
        if (NativeSeam.IsEnabled && NativeSeam.Intercept(
            nameof(WSAStartup), out nint result, (nint)version, (nint)data))
        {
            return (int)result;
        }
        return Calls.WSAStartup(version, data);
    }

    internal static nint WSASocketW(int family, int type, int protocol, void* information, uint group, uint flags)
    {
        if (NativeSeam.IsEnabled && NativeSeam.Intercept(
            nameof(WSASocketW), out nint result, family, type, protocol, (nint)information, (nint)group, (nint)flags))
        {
            return result;
        }
        return Calls.WSASocketW(family, type, protocol, information, group, flags);
    }

    internal static int bind(nint socket, byte* address, int length)
    {
        if (NativeSeam.IsEnabled && NativeSeam.Intercept(
            nameof(bind), out nint result, socket, (nint)address, length))
        {
            return (int)result;
        }
        return Calls.bind(socket, address, length);
    }

    internal static int listen(nint socket, int backlog)
    {
        if (NativeSeam.IsEnabled && NativeSeam.Intercept(nameof(listen), out nint result, socket, backlog))
            return (int)result;
        return Calls.listen(socket, backlog);
    }

    internal static nint accept(nint socket, byte* address, int* length)
    {
        if (NativeSeam.IsEnabled && NativeSeam.Intercept(
            nameof(accept), out nint result, socket, (nint)address, (nint)length))
        {
            return result;
        }
        return Calls.accept(socket, address, length);
    }

    internal static int connect(nint socket, byte* address, int length)
    {
        if (NativeSeam.IsEnabled && NativeSeam.Intercept(
            nameof(connect), out nint result, socket, (nint)address, length))
        {
            return (int)result;
        }
        return Calls.connect(socket, address, length);
    }

    internal static int getsockname(nint socket, byte* address, int* length)
    {
        if (NativeSeam.IsEnabled && NativeSeam.Intercept(
            nameof(getsockname), out nint result, socket, (nint)address, (nint)length))
        {
            return (int)result;
        }
        return Calls.getsockname(socket, address, length);
    }

    internal static int getpeername(nint socket, byte* address, int* length)
    {
        if (NativeSeam.IsEnabled && NativeSeam.Intercept(
            nameof(getpeername), out nint result, socket, (nint)address, (nint)length))
        {
            return (int)result;
        }
        return Calls.getpeername(socket, address, length);
    }

    internal static int getsockopt(nint socket, int level, int name, void* value, int* length)
    {
        if (NativeSeam.IsEnabled && NativeSeam.Intercept(
            nameof(getsockopt), out nint result, socket, level, name, (nint)value, (nint)length))
        {
            return (int)result;
        }
        return Calls.getsockopt(socket, level, name, value, length);
    }

    internal static int setsockopt(nint socket, int level, int name, void* value, int length)
    {
        if (NativeSeam.IsEnabled && NativeSeam.Intercept(
            nameof(setsockopt), out nint result, socket, level, name, (nint)value, length))
        {
            return (int)result;
        }
        return Calls.setsockopt(socket, level, name, value, length);
    }

    internal static int send(nint socket, void* buffer, int length, int flags)
    {
        if (NativeSeam.IsEnabled && NativeSeam.Intercept(
            nameof(send), out nint result, socket, (nint)buffer, length, flags))
        {
            return (int)result;
        }
        return Calls.send(socket, buffer, length, flags);
    }

    internal static int recv(nint socket, void* buffer, int length, int flags)
    {
        if (NativeSeam.IsEnabled && NativeSeam.Intercept(
            nameof(recv), out nint result, socket, (nint)buffer, length, flags))
        {
            return (int)result;
        }
        return Calls.recv(socket, buffer, length, flags);
    }

    internal static int sendto(nint socket, void* buffer, int length, int flags, byte* address, int addressLength)
    {
        if (NativeSeam.IsEnabled && NativeSeam.Intercept(
            nameof(sendto), out nint result, socket, (nint)buffer, length, flags, (nint)address, addressLength))
        {
            return (int)result;
        }
        return Calls.sendto(socket, buffer, length, flags, address, addressLength);
    }

    internal static int recvfrom(nint socket, void* buffer, int length, int flags, byte* address, int* addressLength)
    {
        if (NativeSeam.IsEnabled && NativeSeam.Intercept(
            nameof(recvfrom), out nint result, socket, (nint)buffer, length, flags, (nint)address, (nint)addressLength))
        {
            return (int)result;
        }
        return Calls.recvfrom(socket, buffer, length, flags, address, addressLength);
    }

    internal static int shutdown(nint socket, int how)
    {
        if (NativeSeam.IsEnabled && NativeSeam.Intercept(nameof(shutdown), out nint result, socket, how))
            return (int)result;
        return Calls.shutdown(socket, how);
    }

    internal static int closesocket(nint socket)
    {
        if (NativeSeam.IsEnabled && NativeSeam.Intercept(nameof(closesocket), out nint result, socket))
            return (int)result;
        return Calls.closesocket(socket);
    }

    internal static int ioctlsocket(nint socket, int command, uint* argument)
    {
        if (NativeSeam.IsEnabled && NativeSeam.Intercept(
            nameof(ioctlsocket), out nint result, socket, command, (nint)argument))
        {
            return (int)result;
        }
        return Calls.ioctlsocket(socket, command, argument);
    }

    internal static int WSAIoctl(
        nint socket, uint code, void* input, uint inputLength, void* output, uint outputLength, uint* returned, void* overlapped, void* completion)
    {
        if (NativeSeam.IsEnabled && NativeSeam.Intercept(
            nameof(WSAIoctl), out nint result, socket, (nint)code, (nint)input, (nint)inputLength, (nint)output, (nint)outputLength, (nint)returned, (nint)overlapped, (nint)completion))
        {
            return (int)result;
        }
        return Calls.WSAIoctl(socket, code, input, inputLength, output, outputLength, returned, overlapped, completion);
    }

    internal static int WSASend(
        nint socket, WsaBuffer* buffers, uint number, uint* sent, uint flags, void* overlapped, void* completion)
    {
        if (NativeSeam.IsEnabled && NativeSeam.Intercept(
            nameof(WSASend), out nint result, socket, (nint)buffers, (nint)number, (nint)sent, (nint)flags, (nint)overlapped, (nint)completion))
        {
            return (int)result;
        }
        return Calls.WSASend(socket, buffers, number, sent, flags, overlapped, completion);
    }

    internal static int WSARecv(
        nint socket, WsaBuffer* buffers, uint number, uint* received, uint* flags, void* overlapped, void* completion)
    {
        if (NativeSeam.IsEnabled && NativeSeam.Intercept(
            nameof(WSARecv), out nint result, socket, (nint)buffers, (nint)number, (nint)received, (nint)flags, (nint)overlapped, (nint)completion))
        {
            return (int)result;
        }
        return Calls.WSARecv(socket, buffers, number, received, flags, overlapped, completion);
    }

    internal static int WSASendTo(
        nint socket, WsaBuffer* buffers, uint number, uint* sent, uint flags, byte* address, int addressLength, void* overlapped, void* completion)
    {
        if (NativeSeam.IsEnabled && NativeSeam.Intercept(
            nameof(WSASendTo), out nint result, socket, (nint)buffers, (nint)number, (nint)sent, (nint)flags, (nint)address, addressLength, (nint)overlapped, (nint)completion))
        {
            return (int)result;
        }
        return Calls.WSASendTo(socket, buffers, number, sent, flags, address, addressLength, overlapped, completion);
    }

    internal static int WSARecvFrom(
        nint socket, WsaBuffer* buffers, uint number, uint* received, uint* flags, byte* address, int* addressLength, void* overlapped, void* completion)
    {
        if (NativeSeam.IsEnabled && NativeSeam.Intercept(
            nameof(WSARecvFrom), out nint result, socket, (nint)buffers, (nint)number, (nint)received, (nint)flags, (nint)address, (nint)addressLength, (nint)overlapped, (nint)completion))
        {
            return (int)result;
        }
        return Calls.WSARecvFrom(socket, buffers, number, received, flags, address, addressLength, overlapped, completion);
    }

    internal static int WSASendMsg(
        nint socket, WsaMessage* message, uint flags, uint* sent, void* overlapped, void* completion)
    {
        if (NativeSeam.IsEnabled && NativeSeam.Intercept(
            nameof(WSASendMsg), out nint result, socket, (nint)message, (nint)flags, (nint)sent, (nint)overlapped, (nint)completion))
        {
            return (int)result;
        }
        return Calls.WSASendMsg(socket, message, flags, sent, overlapped, completion);
    }

    internal static int GetAddrInfoW(char* node, char* service, void* hints, void** results)
    {
        if (NativeSeam.IsEnabled && NativeSeam.Intercept(
            nameof(GetAddrInfoW), out nint result, (nint)node, (nint)service, (nint)hints, (nint)results))
        {
            return (int)result;
        }
        return Calls.GetAddrInfoW(node, service, hints, results);
    }

    internal static void FreeAddrInfoW(void* results)
    {
        if (NativeSeam.IsEnabled && NativeSeam.Intercept(nameof(FreeAddrInfoW), out _, (nint)results))
            return;
        Calls.FreeAddrInfoW(results);
    }

    private static partial class Calls
    {
        [LibraryImport("ws2_32")]
        internal static partial int WSAStartup(ushort version, void* data);

        [LibraryImport("ws2_32")]
        internal static partial nint WSASocketW(
            int family, int type, int protocol, void* information, uint group, uint flags);

        [LibraryImport("ws2_32")]
        internal static partial int bind(nint socket, byte* address, int length);

        [LibraryImport("ws2_32")]
        internal static partial int listen(nint socket, int backlog);

        [LibraryImport("ws2_32")]
        internal static partial nint accept(nint socket, byte* address, int* length);

        [LibraryImport("ws2_32")]
        internal static partial int connect(nint socket, byte* address, int length);

        [LibraryImport("ws2_32")]
        internal static partial int getsockname(nint socket, byte* address, int* length);

        [LibraryImport("ws2_32")]
        internal static partial int getpeername(nint socket, byte* address, int* length);

        [LibraryImport("ws2_32")]
        internal static partial int getsockopt(nint socket, int level, int name, void* value, int* length);

        [LibraryImport("ws2_32")]
        internal static partial int setsockopt(nint socket, int level, int name, void* value, int length);

        [LibraryImport("ws2_32")]
        internal static partial int send(nint socket, void* buffer, int length, int flags);

        [LibraryImport("ws2_32")]
        internal static partial int recv(nint socket, void* buffer, int length, int flags);

        [LibraryImport("ws2_32")]
        internal static partial int sendto(
            nint socket, void* buffer, int length, int flags, byte* address, int addressLength);

        [LibraryImport("ws2_32")]
        internal static partial int recvfrom(
            nint socket, void* buffer, int length, int flags, byte* address, int* addressLength);

        [LibraryImport("ws2_32")]
        internal static partial int shutdown(nint socket, int how);

        [LibraryImport("ws2_32")]
        internal static partial int closesocket(nint socket);

        [LibraryImport("ws2_32")]
        internal static partial int ioctlsocket(nint socket, int command, uint* argument);

        [LibraryImport("ws2_32")]
        internal static partial int WSAIoctl(
            nint socket, uint code, void* input, uint inputLength, void* output, uint outputLength, uint* returned, void* overlapped, void* completion);

        [LibraryImport("ws2_32")]
        internal static partial int WSASend(
            nint socket, WsaBuffer* buffers, uint number, uint* sent, uint flags, void* overlapped, void* completion);

        [LibraryImport("ws2_32")]
        internal static partial int WSARecv(
            nint socket, WsaBuffer* buffers, uint number, uint* received, uint* flags, void* overlapped, void* completion);

        [LibraryImport("ws2_32")]
        internal static partial int WSASendTo(
            nint socket, WsaBuffer* buffers, uint number, uint* sent, uint flags, byte* address, int addressLength, void* overlapped, void* completion);

        [LibraryImport("ws2_32")]
        internal static partial int WSARecvFrom(
            nint socket, WsaBuffer* buffers, uint number, uint* received, uint* flags, byte* address, int* addressLength, void* overlapped, void* completion);

        [LibraryImport("ws2_32")]
        internal static partial int WSASendMsg(
            nint socket, WsaMessage* message, uint flags, uint* sent, void* overlapped, void* completion);

        [LibraryImport("ws2_32")]
        internal static partial int GetAddrInfoW(char* node, char* service, void* hints, void** results);

        [LibraryImport("ws2_32")]
        internal static partial void FreeAddrInfoW(void* results);
    }
}
