using Gabbro.Platform;
using Gabbro.Platform.Sockets;
using Gabbro.Reactor.Net;

namespace Gabbro.Reactor.Backends;

/// <summary>Makes sockets as options ask; the same for every backend of real sockets.</summary>
internal static class SocketSetup
{
    /// <summary>A socket that listens.</summary>
    public static SocketHandle Listen(in SocketEndpoint address, ListenOptions options)
    {
        SocketHandle socket = SocketHandle.Create(address.Family, SocketKind.Stream);
        try
        {
            // A server that was restarted must not wait for the connections of its last life to leave TIME_WAIT. On Windows
            // the option of this name would let another process steal the port.
            if (address.Family != SocketFamily.Unix && !OperatingSystem.IsWindows())
                socket.SetOption(SocketOption.ReuseAddress, 1);
            if (options.ShareAddress)
                socket.SetOption(SocketOption.ReusePort, 1);
            socket.Bind(address);
            socket.Listen(options.Backlog);
            return socket;
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    /// <summary>A datagram socket that is bound.</summary>
    public static SocketHandle OpenDatagram(in SocketEndpoint address, DatagramOptions options)
    {
        SocketHandle socket = SocketHandle.Create(address.Family, SocketKind.Datagram);
        try
        {
            if (options.ShareAddress)
                socket.SetOption(SocketOption.ReusePort, 1);
            if (options.Broadcast)
                socket.SetOption(SocketOption.Broadcast, 1);
            ApplyBuffers(socket, options.ReceiveBuffer, options.SendBuffer);
            socket.Bind(address);
            return socket;
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    /// <summary>Sets the options of a connection. A peer that is already gone makes some of them fail, which its first read will tell.</summary>
    public static void Apply(SocketHandle socket, SocketFamily family, StreamOptions options)
    {
        if (family != SocketFamily.Unix && options.NoDelay)
            socket.TrySetOption(SocketOption.NoDelay, 1);
        if (options.KeepAlive)
            socket.TrySetOption(SocketOption.KeepAlive, 1);
        ApplyBuffers(socket, options.ReceiveBuffer, options.SendBuffer);
    }

    private static void ApplyBuffers(SocketHandle socket, int receive, int send)
    {
        if (receive > 0)
            socket.TrySetOption(SocketOption.ReceiveBufferSize, receive);
        if (send > 0)
            socket.TrySetOption(SocketOption.SendBufferSize, send);
    }
}
