using System.Net;
using System.Net.Sockets;
using Gabbro.Platform.Sockets;
using Gabbro.Reactor.Net;

namespace Gabbro.Reactor;

public sealed partial class EventLoop
{
    /// <summary>Times a listener stopped accepting because the process had no descriptors left.</summary>
    public long AcceptsRefused { get; internal set; }

    /// <summary>Listens for stream connections at an address: TCP, or a Unix socket.</summary>
    /// <param name="address">The address; port 0 lets the system choose.</param>
    /// <param name="options">Options, or null for the defaults.</param>
    /// <returns>The listener; connections queue from now on.</returns>
    /// <exception cref="InvalidOperationException">The caller is on another thread.</exception>
    /// <exception cref="ArgumentException">An option is out of its range.</exception>
    /// <exception cref="Gabbro.Platform.PlatformException">The address is in use, not one of this machine, or not permitted.</exception>
    public StreamListener Listen(in SocketEndpoint address, ListenOptions? options = null)
    {
        VerifyAccess();
        options ??= ListenOptions.Default;
        options.Validate();
        return new StreamListener(_backend.Listen(address, options));
    }

    /// <summary>Listens for TCP connections at an address. See <see cref="Listen(in SocketEndpoint, ListenOptions?)"/>.</summary>
    /// <param name="endPoint">The address; port 0 lets the system choose.</param>
    /// <param name="options">Options, or null for the defaults.</param>
    /// <exception cref="ArgumentNullException"><paramref name="endPoint"/> is null.</exception>
    public StreamListener Listen(IPEndPoint endPoint, ListenOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(endPoint);
        return Listen(SocketEndpoint.From(endPoint), options);
    }

    /// <summary>Connects to an address: TCP, or a Unix socket.</summary>
    /// <param name="address">The address.</param>
    /// <param name="options">Options, or null for the defaults.</param>
    /// <param name="cancellationToken">Ends the attempt.</param>
    /// <returns>The connection.</returns>
    /// <exception cref="InvalidOperationException">The caller is on another thread.</exception>
    /// <exception cref="Gabbro.Platform.PlatformException">The peer refused, cannot be reached, or no descriptor is left.</exception>
    /// <exception cref="OperationCanceledException">The token was canceled first.</exception>
    public ValueTask<StreamSocket> ConnectAsync(SocketEndpoint address, StreamOptions? options = null, CancellationToken cancellationToken = default)
    {
        VerifyAccess();
        options ??= StreamOptions.Default;
        options.Validate();
        return cancellationToken.IsCancellationRequested
            ? ValueTask.FromCanceled<StreamSocket>(cancellationToken)
            : new ConnectAwaitable(this, address).Start(options, cancellationToken);
    }

    /// <summary>
    /// Connects to a host by name. The name is resolved on a thread of <see cref="Blocking"/>; its addresses are tried in
    /// the order the system gives them, each for a second before the next is tried beside it (RFC 8305 in its simplest form).
    /// </summary>
    /// <param name="host">A host name or an address as text.</param>
    /// <param name="port">The port.</param>
    /// <param name="options">Options, or null for the defaults.</param>
    /// <param name="cancellationToken">Ends the attempt.</param>
    /// <returns>The first connection that stands.</returns>
    /// <exception cref="ArgumentException"><paramref name="host"/> is empty or <paramref name="port"/> is not a port.</exception>
    /// <exception cref="InvalidOperationException">The caller is on another thread.</exception>
    /// <exception cref="SocketException">The name cannot be resolved.</exception>
    /// <exception cref="AggregateException">No address could be connected to.</exception>
    /// <exception cref="OperationCanceledException">The token was canceled first.</exception>
    public async ValueTask<StreamSocket> ConnectAsync(string host, int port, StreamOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(port, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(port, ushort.MaxValue);
        IPAddress[] addresses = await ResolveAsync(host, cancellationToken);
        if (addresses.Length == 1)
            return await ConnectAsync(SocketEndpoint.From(new IPEndPoint(addresses[0], port)), options, cancellationToken);
        List<Func<CancellationToken, ValueTask<StreamSocket>>> attempts = [];
        for (int i = 0; i < addresses.Length; i++)
        {
            SocketEndpoint address = SocketEndpoint.From(new IPEndPoint(addresses[i], port));
            TimeSpan headStart = TimeSpan.FromSeconds(i);
            attempts.Add(async token =>
            {
                if (headStart > TimeSpan.Zero)
                    await DelayAsync(headStart, token);
                return await ConnectAsync(address, options, token);
            });
        }

        return (await WhenAnyAsync(attempts, cancellationToken)).Result;
    }

    /// <summary>Resolves a host name on a thread of <see cref="Blocking"/>; an address as text is only parsed.</summary>
    /// <param name="host">A host name or an address as text.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>Its addresses, at least one.</returns>
    /// <exception cref="ArgumentException"><paramref name="host"/> is empty.</exception>
    /// <exception cref="InvalidOperationException">The caller is on another thread.</exception>
    /// <exception cref="SocketException">The name cannot be resolved.</exception>
    /// <exception cref="OperationCanceledException">The token was canceled first.</exception>
    public async ValueTask<IPAddress[]> ResolveAsync(string host, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(host);
        VerifyAccess();
        if (IPAddress.TryParse(host, out IPAddress? literal))
            return [literal];
        IPAddress[] addresses = await Blocking.RunAsync(() => Dns.GetHostAddresses(host), cancellationToken);
        return addresses.Length > 0 ? addresses : throw new SocketException((int)SocketError.HostNotFound);
    }

    /// <summary>Opens a datagram socket bound to an address: UDP, or a Unix datagram socket.</summary>
    /// <param name="address">The address; port 0 lets the system choose.</param>
    /// <param name="options">Options, or null for the defaults.</param>
    /// <exception cref="InvalidOperationException">The caller is on another thread.</exception>
    /// <exception cref="Gabbro.Platform.PlatformException">The address is in use, not one of this machine, or not permitted.</exception>
    public DatagramSocket OpenDatagram(in SocketEndpoint address, DatagramOptions? options = null)
    {
        VerifyAccess();
        return new DatagramSocket(_backend.OpenDatagram(address, options ?? DatagramOptions.Default));
    }

    /// <summary>Takes over a connected stream socket, for instance one accepted by another loop or inherited from a parent.</summary>
    /// <param name="socket">The socket; the stream owns it from now on.</param>
    /// <exception cref="ArgumentNullException"><paramref name="socket"/> is null.</exception>
    /// <exception cref="InvalidOperationException">The caller is on another thread.</exception>
    /// <exception cref="NotSupportedException">The loop is simulated.</exception>
    /// <exception cref="Gabbro.Platform.PlatformException">The system cannot wait for this descriptor.</exception>
    public StreamSocket Adopt(SocketHandle socket)
    {
        ArgumentNullException.ThrowIfNull(socket);
        VerifyAccess();
        return new StreamSocket(_backend.AdoptStream(socket));
    }
}
