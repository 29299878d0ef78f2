using Gabbro.Platform.Native;
using Gabbro.Platform.Native.Windows;
using Gabbro.Platform.Sockets;

namespace Gabbro.Platform.Polling;

/// <summary>Starting operations. Each returns success when the operation is under way or done, and its completion then comes through
/// the port; any other result means that none will come. Memory given to an operation stays in place until then.</summary>
public sealed unsafe partial class CompletionPort
{
    private static readonly Guid AcceptExIdentifier = new("b5367df1-cbac-11cf-95ca-00805f48a192");
    private static readonly Guid ConnectExIdentifier = new("25a207b9-ddf3-4660-8ee9-76e58c74063e");
    private static readonly Guid TransmitFileIdentifier = new("b5367df0-cbac-11cf-95ca-00805f48a192");
    private static nint s_transmitFile;
    private static nint s_accept;
    private static nint s_connect;

    /// <summary>The bytes that <see cref="Accept"/> needs for addresses at the end of its buffer.</summary>
    public const int AcceptAddressRoom = 2 * (SocketEndpoint.Capacity + 16);

    /// <summary>Starts to read a file at a position, or a pipe.</summary>
    /// <exception cref="InvalidOperationException">The operation is under way already.</exception>
    /// <exception cref="ObjectDisposedException">The handle is closed.</exception>
    public static NativeError Read(SystemHandle file, void* buffer, uint length, long offset, OverlappedOperation operation)
    {
        using HandleLease lease = Check(file, operation).Lease();
        return Started(operation, Kernel32.ReadFile(lease.Value, buffer, length, null, operation.Begin(offset)) != 0);
    }

    /// <summary>Starts to write a file at a position, or a pipe.</summary>
    /// <exception cref="InvalidOperationException">The operation is under way already.</exception>
    /// <exception cref="ObjectDisposedException">The handle is closed.</exception>
    public static NativeError Write(SystemHandle file, void* buffer, uint length, long offset, OverlappedOperation operation)
    {
        using HandleLease lease = Check(file, operation).Lease();
        return Started(operation, Kernel32.WriteFile(lease.Value, buffer, length, null, operation.Begin(offset)) != 0);
    }

    /// <summary>Starts to receive from a socket.</summary>
    /// <exception cref="InvalidOperationException">The operation is under way already.</exception>
    /// <exception cref="ObjectDisposedException">The socket is closed.</exception>
    public static NativeError Receive(SocketHandle socket, void* buffer, uint length, OverlappedOperation operation)
    {
        using HandleLease lease = Check(socket, operation).Lease();
        WsaBuffer piece = new() { len = length, buf = buffer };
        void* overlapped = operation.Begin(0);
        return Started(operation, Ws2_32.WSARecv(lease.Value, &piece, 1, null, operation.Flags, overlapped, null) == 0);
    }

    /// <summary>Starts to send to a socket.</summary>
    /// <exception cref="InvalidOperationException">The operation is under way already.</exception>
    /// <exception cref="ObjectDisposedException">The socket is closed.</exception>
    public static NativeError Send(SocketHandle socket, void* buffer, uint length, OverlappedOperation operation)
    {
        using HandleLease lease = Check(socket, operation).Lease();
        WsaBuffer piece = new() { len = length, buf = buffer };
        return Started(operation, Ws2_32.WSASend(lease.Value, &piece, 1, null, 0, operation.Begin(0), null) == 0);
    }

    /// <summary>Starts to send a part of a file through a connected stream, without copying it through this process
    /// (TransmitFile).</summary>
    /// <param name="socket">The socket.</param>
    /// <param name="file">The file; it must stay open until the completion.</param>
    /// <param name="offset">Where the part begins.</param>
    /// <param name="length">How long it is, at most 2,147,483,646 bytes; 0 for the rest of the file.</param>
    /// <param name="operation">The operation.</param>
    /// <exception cref="ArgumentOutOfRangeException">A negative offset or too great a length.</exception>
    /// <exception cref="InvalidOperationException">The operation is under way already.</exception>
    /// <exception cref="ObjectDisposedException">The socket or the file is closed.</exception>
    public static NativeError SendFile(SocketHandle socket, SystemHandle file, long offset, uint length, OverlappedOperation operation)
    {
        ArgumentNullException.ThrowIfNull(file);
        ArgumentOutOfRangeException.ThrowIfNegative(offset);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(length, (uint)int.MaxValue - 1);
        using HandleLease lease = Check(socket, operation).Lease();
        using HandleLease source = file.Lease();
        NativeError error = Function(lease.Value, TransmitFileIdentifier, ref s_transmitFile, out nint function);
        if (error.IsError) return error;
        int result = ((delegate* unmanaged<nint, nint, uint, uint, void*, void*, uint, int>)function)(
            lease.Value, source.Value, length, 0, operation.Begin(offset), null, 0);
        return Started(operation, result != 0);
    }

    /// <summary>Starts to receive a datagram; the source is complete once the operation is, with the length in
    /// <see cref="OverlappedOperation.AddressLength"/>.</summary>
    /// <exception cref="InvalidOperationException">The operation is under way already.</exception>
    /// <exception cref="ObjectDisposedException">The socket is closed.</exception>
    public static NativeError ReceiveFrom(SocketHandle socket, void* buffer, uint length, byte* source, int sourceRoom, OverlappedOperation operation)
    {
        using HandleLease lease = Check(socket, operation).Lease();
        WsaBuffer piece = new() { len = length, buf = buffer };
        void* overlapped = operation.Begin(0);
        *operation.AddressLengthPointer = sourceRoom;
        return Started(operation, Ws2_32.WSARecvFrom(
            lease.Value, &piece, 1, null, operation.Flags, source, operation.AddressLengthPointer, overlapped, null) == 0);
    }

    /// <summary>Starts to send a datagram.</summary>
    /// <exception cref="InvalidOperationException">The operation is under way already.</exception>
    /// <exception cref="ObjectDisposedException">The socket is closed.</exception>
    public static NativeError SendTo(SocketHandle socket, void* buffer, uint length, in SocketEndpoint destination, OverlappedOperation operation)
    {
        using HandleLease lease = Check(socket, operation).Lease();
        WsaBuffer piece = new() { len = length, buf = buffer };
        fixed (SocketEndpoint* address = &destination)
        {
            return Started(operation, Ws2_32.WSASendTo(
                lease.Value, &piece, 1, null, 0, (byte*)address, address->NativeLength, operation.Begin(0), null) == 0);
        }
    }

    /// <summary>Starts to accept a connection into a socket created for it (AcceptEx); <see cref="FinishAccept"/> follows its
    /// completion.</summary>
    /// <param name="listener">The listening socket.</param>
    /// <param name="connection">A fresh socket of the same family.</param>
    /// <param name="buffer">At least <see cref="AcceptAddressRoom"/> bytes for the addresses.</param>
    /// <param name="operation">The operation.</param>
    /// <exception cref="InvalidOperationException">The operation is under way already.</exception>
    /// <exception cref="ObjectDisposedException">A socket is closed.</exception>
    public static NativeError Accept(SocketHandle listener, SocketHandle connection, void* buffer, OverlappedOperation operation)
    {
        using HandleLease lease = Check(listener, operation).Lease();
        using HandleLease accepted = connection.Lease();
        NativeError error = Function(lease.Value, AcceptExIdentifier, ref s_accept, out nint function);
        if (error.IsError) return error;
        const uint Room = AcceptAddressRoom / 2;
        uint received;
        int result = ((delegate* unmanaged<nint, nint, void*, uint, uint, uint, uint*, void*, int>)function)(
            lease.Value, accepted.Value, buffer, 0, Room, Room, &received, operation.Begin(0));
        return Started(operation, result != 0);
    }

    /// <summary>Gives an accepted socket the properties of its listener, after the completion of <see cref="Accept"/>.</summary>
    /// <exception cref="ObjectDisposedException">A socket is closed.</exception>
    public static NativeError FinishAccept(SocketHandle listener, SocketHandle connection)
    {
        ArgumentNullException.ThrowIfNull(connection);
        using HandleLease lease = listener.Lease();
        nint value = lease.Value;
        return connection.TrySetRawOption(WinSocket.SOL_SOCKET, WinSocket.SO_UPDATE_ACCEPT_CONTEXT, new ReadOnlySpan<byte>(&value, sizeof(nint)));
    }

    /// <summary>Starts to connect a socket that is bound (ConnectEx); <see cref="FinishConnect"/> follows its completion.</summary>
    /// <exception cref="InvalidOperationException">The operation is under way already.</exception>
    /// <exception cref="ObjectDisposedException">The socket is closed.</exception>
    public static NativeError Connect(SocketHandle socket, in SocketEndpoint address, OverlappedOperation operation)
    {
        using HandleLease lease = Check(socket, operation).Lease();
        NativeError error = Function(lease.Value, ConnectExIdentifier, ref s_connect, out nint function);
        if (error.IsError) return error;
        fixed (SocketEndpoint* pointer = &address)
        {
            int result = ((delegate* unmanaged<nint, byte*, int, void*, uint, uint*, void*, int>)function)(
                lease.Value, (byte*)pointer, pointer->NativeLength, null, 0, null, operation.Begin(0));
            return Started(operation, result != 0);
        }
    }

    /// <summary>Makes a connected socket whole, after the completion of <see cref="Connect"/>.</summary>
    /// <exception cref="ObjectDisposedException">The socket is closed.</exception>
    public static NativeError FinishConnect(SocketHandle socket)
    {
        ArgumentNullException.ThrowIfNull(socket);
        return socket.TrySetRawOption(WinSocket.SOL_SOCKET, WinSocket.SO_UPDATE_CONNECT_CONTEXT, default);
    }

    /// <summary>Asks for an operation to end early; its completion still comes, as cancelled or done.</summary>
    /// <returns>Success, or an error of kind not-found when it had ended already.</returns>
    /// <exception cref="ObjectDisposedException">The handle is closed.</exception>
    public static NativeError Cancel(SystemHandle handle, OverlappedOperation operation)
    {
        using HandleLease lease = Check(handle, operation).Lease();
        return Kernel32.CancelIoEx(lease.Value, operation.Native) != 0 ? default : NativeError.Last();
    }

    private static SystemHandle Check(SystemHandle handle, OverlappedOperation operation)
    {
        ArgumentNullException.ThrowIfNull(handle);
        ArgumentNullException.ThrowIfNull(operation);
        if (!Host.IsWindows) NativeError.Of(ErrorKind.NotSupported).Throw("start overlapped operation");
        return handle;
    }

    private static NativeError Started(OverlappedOperation operation, bool succeeded)
    {
        if (succeeded) return default;
        NativeError error = NativeError.Last();
        if (error.Code == Win32Errors.ERROR_IO_PENDING) return default;
        operation.Abandon();
        return error;
    }

    private static NativeError Function(nint socket, Guid identifier, ref nint cache, out nint function)
    {
        function = Volatile.Read(ref cache);
        if (function != 0) return default;
        nint found = WindowsSocketCalls.ExtensionFunction(socket, identifier);
        if (found <= 0) return NativeError.FromWin32((int)-found);
        Volatile.Write(ref cache, found);
        function = found;
        return default;
    }
}
