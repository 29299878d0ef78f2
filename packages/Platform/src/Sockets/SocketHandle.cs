using System.Diagnostics.CodeAnalysis;
using Gabbro.Platform.Native;

namespace Gabbro.Platform.Sockets;

/// <summary>
/// A raw, non-blocking socket: TCP, UDP or Unix. Calls go straight to the system and return at once; would-block, reset and
/// the like come back as a <see cref="SocketResult"/>. Readiness comes from a
/// <see cref="Polling.ReadinessPoller"/>.
/// </summary>
/// <remarks>Children never inherit a socket. Sends never raise <c>SIGPIPE</c>. All members may be called from several threads; the
/// descriptor is closed when the last call using it has ended. Sends and receives allocate nothing.</remarks>
public sealed partial class SocketHandle : SystemHandle
{
    private SocketHandle(nint descriptor, bool ownsHandle)
        : base(descriptor, ownsHandle)
    {
    }

    private static SocketCalls Calls => SocketCalls.Current;

    /// <summary>Creates a socket.</summary>
    /// <param name="family">IPv4, IPv6 or Unix. For dual stack create IPv6 and clear <see cref="SocketOption.IPv6Only"/>.</param>
    /// <param name="kind">Stream, datagram or sequenced packets.</param>
    /// <param name="protocol">A protocol number of the family, 0 for the usual one.</param>
    /// <exception cref="ArgumentOutOfRangeException">A family or kind that is not named by its enumeration.</exception>
    /// <exception cref="PlatformException">The system refused: no such family, or no descriptors left.</exception>
    public static SocketHandle Create(SocketFamily family, SocketKind kind, int protocol = 0)
    {
        NativeError error = TryCreate(family, kind, protocol, out SocketHandle? socket);
        if (socket is null) error.Throw("socket", $"{family} {kind}");
        return socket;
    }

    /// <summary>Creates a socket, or says why not.</summary>
    /// <param name="family">IPv4, IPv6 or Unix.</param>
    /// <param name="kind">Stream, datagram or sequenced packets.</param>
    /// <param name="protocol">A protocol number of the family, 0 for the usual one.</param>
    /// <param name="socket">The socket, null on failure.</param>
    /// <exception cref="ArgumentOutOfRangeException">A family or kind that is not named by its enumeration.</exception>
    public static NativeError TryCreate(SocketFamily family, SocketKind kind, int protocol, out SocketHandle? socket)
    {
        if (family is not (SocketFamily.IPv4 or SocketFamily.IPv6 or SocketFamily.Unix))
            throw new ArgumentOutOfRangeException(nameof(family));
        CheckKind(kind);
        nint descriptor = Calls.Create(family, kind, protocol);
        socket = descriptor >= 0 ? new SocketHandle(descriptor, true) : null;
        return descriptor >= 0 ? default : Calls.ErrorOf((int)-descriptor);
    }

    /// <summary>Creates two connected Unix sockets, see socketpair(2).</summary>
    /// <exception cref="ArgumentOutOfRangeException">A kind that is not named by its enumeration.</exception>
    /// <exception cref="PlatformException">The system refused.</exception>
    public static unsafe (SocketHandle First, SocketHandle Second) CreatePair(SocketKind kind = SocketKind.Stream)
    {
        CheckKind(kind);
        nint* pair = stackalloc nint[2];
        nint result = Calls.CreatePair(kind, pair);
        if (result < 0) Calls.ErrorOf((int)-result).Throw("socketpair", kind.ToString());
        return (new SocketHandle(pair[0], true), new SocketHandle(pair[1], true));
    }

    /// <summary>Takes over a native socket; it is not made non-blocking.</summary>
    /// <param name="descriptor">A descriptor (Unix) or SOCKET (Windows).</param>
    /// <param name="ownsHandle">Whether disposing closes it.</param>
    /// <exception cref="ArgumentOutOfRangeException">The descriptor is negative.</exception>
    public static SocketHandle FromDescriptor(nint descriptor, bool ownsHandle = true)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(descriptor);
        return new SocketHandle(descriptor, ownsHandle);
    }

    /// <summary>Gives the socket a local address.</summary>
    /// <exception cref="ArgumentException">The address is the default value.</exception>
    /// <exception cref="PlatformException">The address is in use, not of this machine, or not permitted.</exception>
    /// <exception cref="ObjectDisposedException">The socket is closed.</exception>
    public void Bind(in SocketEndpoint address) => TryBind(address).ThrowIfError("bind", Text(address));

    /// <summary>Gives the socket a local address, or says why not.</summary>
    /// <exception cref="ArgumentException">The address is the default value.</exception>
    /// <exception cref="ObjectDisposedException">The socket is closed.</exception>
    public unsafe NativeError TryBind(in SocketEndpoint address)
    {
        CheckAddress(address);
        using HandleLease lease = Lease();
        fixed (SocketEndpoint* pointer = &address)
            return ToError(Calls.Bind(lease.Value, (byte*)pointer, pointer->NativeLength));
    }

    /// <summary>Starts to listen for connections.</summary>
    /// <param name="backlog">Completed connections the kernel may queue; the kernel caps it (<c>somaxconn</c>).</param>
    /// <exception cref="ArgumentOutOfRangeException">The backlog is negative.</exception>
    /// <exception cref="PlatformException">Another socket listens on the address already, or the kind cannot listen.</exception>
    /// <exception cref="ObjectDisposedException">The socket is closed.</exception>
    public void Listen(int backlog = 4096)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(backlog);
        using HandleLease lease = Lease();
        ToError(Calls.Listen(lease.Value, backlog)).ThrowIfError("listen");
    }

    /// <summary>Takes one connection from the queue of a listening socket. Allocates the handle of the connection.</summary>
    /// <param name="connection">The connection, non-blocking and not inherited; null unless the result is success.</param>
    /// <param name="peer">Where it comes from.</param>
    /// <exception cref="ObjectDisposedException">The socket is closed.</exception>
    public SocketResult Accept(out SocketHandle? connection, out SocketEndpoint peer)
    {
        SocketResult result = AcceptDescriptor(out nint descriptor, out peer);
        connection = result.IsSuccess ? new SocketHandle(descriptor, true) : null;
        return result;
    }

    /// <summary>Takes one connection as a bare descriptor, which the caller owns. Allocates nothing.</summary>
    /// <param name="descriptor">The non-blocking, not inherited descriptor; -1 unless the result is success.</param>
    /// <param name="peer">Where the connection comes from.</param>
    /// <exception cref="ObjectDisposedException">The socket is closed.</exception>
    public unsafe SocketResult AcceptDescriptor(out nint descriptor, out SocketEndpoint peer)
    {
        using HandleLease lease = Lease();
        peer = default;
        nint result;
        int length;
        fixed (SocketEndpoint* pointer = &peer)
        {
            do
            {
                length = SocketEndpoint.Capacity;
                result = Calls.Accept(lease.Value, (byte*)pointer, &length);
            }
            while (result < 0 && Calls.IsInterrupted((int)-result));
        }

        descriptor = result >= 0 ? result : -1;
        if (result >= 0) peer.SetNativeLength(length);
        return SocketResult.From(result >= 0 ? 0 : result);
    }

    /// <summary>Starts to connect. A stream socket usually answers that it would block: wait until it is writable, then
    /// <see cref="TakeError"/> tells how it ended.</summary>
    /// <exception cref="ArgumentException">The address is the default value.</exception>
    /// <exception cref="ObjectDisposedException">The socket is closed.</exception>
    public unsafe SocketResult Connect(in SocketEndpoint address)
    {
        CheckAddress(address);
        using HandleLease lease = Lease();
        // Not repeated after EINTR: the connect goes on in the kernel, and a second call would report EALREADY.
        fixed (SocketEndpoint* pointer = &address)
            return SocketResult.From(Calls.Connect(lease.Value, (byte*)pointer, pointer->NativeLength));
    }

    /// <summary>Takes the pending error of the socket (<c>SO_ERROR</c>) and clears it: the outcome of a connect, for one.</summary>
    /// <exception cref="ObjectDisposedException">The socket is closed.</exception>
    public NativeError TakeError()
    {
        NativeError error = TryGetOption(SocketOption.PendingError, out int code);
        return error.IsError ? error : code == 0 ? default : Calls.ErrorOf(code);
    }

    /// <summary>The local address the socket is bound to.</summary>
    /// <exception cref="PlatformException">The system refused.</exception>
    /// <exception cref="ObjectDisposedException">The socket is closed.</exception>
    public SocketEndpoint GetLocalAddress()
    {
        GetName(peer: false, out SocketEndpoint address).ThrowIfError("getsockname");
        return address;
    }

    /// <summary>The address of the peer, or why there is none.</summary>
    /// <exception cref="ObjectDisposedException">The socket is closed.</exception>
    public NativeError TryGetPeerAddress(out SocketEndpoint address) => GetName(peer: true, out address);

    /// <summary>Shuts down one or both halves of a connection.</summary>
    /// <returns>Success, or the error, which is of kind not-connected when the peer was faster.</returns>
    /// <exception cref="ArgumentOutOfRangeException">A value that is not named by its enumeration.</exception>
    /// <exception cref="ObjectDisposedException">The socket is closed.</exception>
    public NativeError Shutdown(SocketShutdown how)
    {
        if (how is < SocketShutdown.Receive or > SocketShutdown.Both) throw new ArgumentOutOfRangeException(nameof(how));
        using HandleLease lease = Lease();
        return ToError(Calls.Shutdown(lease.Value, how));
    }

    /// <summary>Makes calls on the socket block, or not; sockets of this package start non-blocking.</summary>
    /// <exception cref="PlatformException">The system refused.</exception>
    /// <exception cref="ObjectDisposedException">The socket is closed.</exception>
    public void SetBlocking(bool blocking)
    {
        using HandleLease lease = Lease();
        ToError(Calls.SetBlocking(lease.Value, blocking)).ThrowIfError("set blocking mode");
    }

    /// <inheritdoc/>
    protected override bool ReleaseHandle() => Calls.Close(handle) >= 0;

    private unsafe NativeError GetName(bool peer, out SocketEndpoint address)
    {
        using HandleLease lease = Lease();
        address = default;
        int length = SocketEndpoint.Capacity;
        nint result;
        fixed (SocketEndpoint* pointer = &address) result = Calls.Name(lease.Value, peer, (byte*)pointer, &length);
        if (result >= 0) address.SetNativeLength(length);
        return ToError(result);
    }

    private static NativeError ToError(nint result) => result >= 0 ? default : Calls.ErrorOf((int)-result);

    private static string Text(in SocketEndpoint address) => address.ToString();

    private static void CheckKind(SocketKind kind)
    {
        if (kind is < SocketKind.Stream or > SocketKind.SequencedPacket) throw new ArgumentOutOfRangeException(nameof(kind));
    }

    private static void CheckAddress(in SocketEndpoint address)
    {
        if (address.NativeLength == 0) ThrowUnspecified();
    }

    [DoesNotReturn]
    private static void ThrowUnspecified() => throw new ArgumentException("The address is unspecified.", "address");
}
