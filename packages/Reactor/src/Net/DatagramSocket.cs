using System.Runtime.InteropServices;
using Gabbro.Platform;
using Gabbro.Platform.Sockets;
using Gabbro.Reactor.Backends;

namespace Gabbro.Reactor.Net;

/// <summary>
/// A datagram socket on an event loop: UDP, or Unix datagrams. Addresses are values, so receiving and answering allocates
/// nothing.
/// </summary>
/// <remarks>All members belong to the loop's thread. One receive and one send may be pending at a time.</remarks>
public sealed class DatagramSocket : IDisposable
{
    private readonly DatagramDevice _device;
    private readonly DatagramAwaitable _receive;
    private readonly DatagramAwaitable _send;

    internal DatagramSocket(DatagramDevice device)
    {
        _device = device;
        _receive = new DatagramAwaitable(this, isReceive: true);
        _send = new DatagramAwaitable(this, isReceive: false);
    }

    /// <summary>The loop the socket belongs to.</summary>
    public EventLoop Loop => _device.Loop;

    /// <summary>The address bound to, with the port the system chose if 0 was asked for.</summary>
    public SocketEndpoint LocalAddress => _device.LocalAddress;

    /// <summary>The system's socket, for options; null in a simulation. It stays owned by this object.</summary>
    public SocketHandle? Socket => _device.Socket;

    /// <summary>True once the socket was disposed.</summary>
    public bool IsClosed => _device.IsClosed;

    internal DatagramDevice Device => _device;

    /// <summary>Waits for a datagram. Allocates nothing.</summary>
    /// <param name="buffer">Where to put it; a longer datagram is cut to this length.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>Its length and where it came from. An empty datagram is one, not an end.</returns>
    /// <exception cref="InvalidOperationException">Another receive is pending, or the caller is on another thread.</exception>
    /// <exception cref="ObjectDisposedException">The socket is, or was meanwhile, disposed.</exception>
    /// <exception cref="PlatformException">The system reports an error, such as a datagram sent earlier that nobody takes.</exception>
    /// <exception cref="OperationCanceledException">The token was canceled first.</exception>
    public ValueTask<ReceivedDatagram> ReceiveAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        Check(_receive);
        return cancellationToken.IsCancellationRequested
            ? ValueTask.FromCanceled<ReceivedDatagram>(cancellationToken) : _receive.Start(buffer, default, cancellationToken);
    }

    /// <summary>Sends a datagram, waiting while there is no room for it. Allocates nothing.</summary>
    /// <param name="datagram">Its bytes.</param>
    /// <param name="destination">Where it goes.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>Completes when the system has taken it.</returns>
    /// <exception cref="InvalidOperationException">Another send is pending, or the caller is on another thread.</exception>
    /// <exception cref="ObjectDisposedException">The socket is, or was meanwhile, disposed.</exception>
    /// <exception cref="PlatformException">The system refuses it: too long, or no way there.</exception>
    /// <exception cref="OperationCanceledException">The token was canceled first.</exception>
    public ValueTask SendAsync(ReadOnlyMemory<byte> datagram, in SocketEndpoint destination, CancellationToken cancellationToken = default)
    {
        Check(_send);
        return cancellationToken.IsCancellationRequested
            ? ValueTask.FromCanceled(cancellationToken)
            : _send.StartSend(MemoryMarshal.AsMemory(datagram), destination, cancellationToken);
    }

    /// <summary>Waits for datagrams and takes all that are there, up to 64 of them with one call where the system has one (recvmmsg). Allocates nothing.</summary>
    /// <param name="buffer">Where to put them: datagram i begins at <c>i * slotSize</c>.</param>
    /// <param name="slotSize">Bytes for each; a longer datagram is cut to this length.</param>
    /// <param name="datagrams">Lengths and sources of what came; as many slots as there are in the buffer are used at most.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>How many came, at least 1.</returns>
    /// <exception cref="ArgumentException">There is no room for a single one.</exception>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="slotSize"/> is not positive.</exception>
    /// <exception cref="InvalidOperationException">Another receive is pending, or the caller is on another thread.</exception>
    /// <exception cref="ObjectDisposedException">The socket is, or was meanwhile, disposed.</exception>
    /// <exception cref="PlatformException">The system reports an error, such as a datagram sent earlier that nobody takes.</exception>
    /// <exception cref="OperationCanceledException">The token was canceled first.</exception>
    public ValueTask<int> ReceiveBatchAsync(
        Memory<byte> buffer, int slotSize, Memory<ReceivedDatagram> datagrams, CancellationToken cancellationToken = default)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(slotSize);
        int slots = Math.Min(buffer.Length / slotSize, datagrams.Length);
        if (slots == 0)
            throw new ArgumentException("There is no room for a single datagram.", nameof(buffer));
        Check(_receive);
        return cancellationToken.IsCancellationRequested
            ? ValueTask.FromCanceled<int>(cancellationToken) : _receive.StartBatch(buffer, slotSize, datagrams[..slots], cancellationToken);
    }

    /// <summary>Sends datagrams in their order, up to 64 of them with one call where the system has one (sendmmsg). Allocates nothing.</summary>
    /// <param name="datagrams">The datagrams; the list belongs to the socket until the send has completed, like their bytes.</param>
    /// <param name="cancellationToken">Ends the wait; some may have been sent.</param>
    /// <returns>Completes when the system has taken all of them.</returns>
    /// <exception cref="InvalidOperationException">Another send is pending, or the caller is on another thread.</exception>
    /// <exception cref="ObjectDisposedException">The socket is, or was meanwhile, disposed.</exception>
    /// <exception cref="PlatformException">The system refuses one: too long, or no way there. Those before it were sent.</exception>
    /// <exception cref="OperationCanceledException">The token was canceled first.</exception>
    public ValueTask SendBatchAsync(ReadOnlyMemory<OutgoingDatagram> datagrams, CancellationToken cancellationToken = default)
    {
        Check(_send);
        if (cancellationToken.IsCancellationRequested)
            return ValueTask.FromCanceled(cancellationToken);
        return datagrams.IsEmpty ? ValueTask.CompletedTask : _send.StartSendBatch(datagrams, cancellationToken);
    }

    /// <summary>Closes the socket; operations that are pending fail with <see cref="ObjectDisposedException"/>. Disposing twice is fine.</summary>
    /// <exception cref="InvalidOperationException">The caller is on another thread.</exception>
    public void Dispose()
    {
        if (IsClosed)
            return;
        Loop.VerifyAccess();
        _device.Close();
    }

    /// <inheritdoc/>
    public override string ToString() => $"datagram socket {LocalAddress}";

    private void Check(DatagramAwaitable operation)
    {
        Loop.VerifyAccess();
        ObjectDisposedException.ThrowIf(IsClosed, this);
        if (operation.IsBusy)
            throw new InvalidOperationException("An operation of this direction is pending on the socket: one at a time.");
    }
}
