using Gabbro.Reactor.Backends;
using Gabbro.Reactor.Net;

namespace Gabbro.Reactor.Http.Client;

/// <summary>
/// Plain bytes. The receive is a borrowed one and stays outstanding while the connection is idle: it holds no memory, it
/// notices a server that closes, and it is the one that brings the next response.
/// </summary>
internal sealed class SocketTransport : ClientTransport
{
    /// <summary>What is not consumed is copied, and more is asked for only when it is: this bounds the copy.</summary>
    private const int ReceiveLimit = 12 * 1024;

    private readonly StreamSocket _socket;
    private readonly Receiver _receiver;

    public SocketTransport(StreamSocket socket, ClientConnection connection)
    {
        _socket = socket;
        _receiver = new Receiver(connection) { BorrowLimit = ReceiveLimit };
    }

    public override void Receive()
    {
        if (_receiver.IsOutstanding || _socket.IsClosed)
            return;
        _receiver.Error = default;
        _receiver.IsOutstanding = true;
        if (_socket.Device.Receive(_receiver))
            _receiver.OnCompleted();
    }

    public override ValueTask SendAsync(ReadOnlyMemory<byte> first, ReadOnlyMemory<byte> second) => _socket.WriteAsync(first, second);

    public override void AbandonSend() => _socket.CancelWrite();

    public override void Close() => _socket.Dispose();

    private sealed class Receiver(ClientConnection connection) : ReceiveOperation
    {
        public bool IsOutstanding { get; set; }

        public override void OnCompleted()
        {
            IsOutstanding = false;
            ReadOnlyMemory<byte> received = Borrowed;
            Borrowed = default;
            if (Error.IsError)
                connection.OnEnded(new Platform.PlatformException("receive", connection.Origin.ToString(), Error));
            else if (Count == 0)
                connection.OnEnded(null);
            else
                connection.OnReceived(received.Span);
        }
    }
}
