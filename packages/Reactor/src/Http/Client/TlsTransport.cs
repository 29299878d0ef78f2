using System.Net.Security;

namespace Gabbro.Reactor.Http.Client;

/// <summary>Bytes through TLS. SslStream may leave the loop inside; the awaits here come back to it.</summary>
internal sealed class TlsTransport(SslStream stream, ClientConnection connection) : ClientTransport
{
    /// <summary>The largest TLS record.</summary>
    private readonly byte[] _buffer = new byte[16 * 1024];
    private bool _receiving;
    private bool _closed;

    public override void Receive()
    {
        if (_receiving || _closed)
            return;
        _receiving = true;
        _ = ReceiveOnceAsync();
    }

    public override async ValueTask SendAsync(ReadOnlyMemory<byte> first, ReadOnlyMemory<byte> second)
    {
        if (!first.IsEmpty)
            await stream.WriteAsync(first);
        if (!second.IsEmpty)
            await stream.WriteAsync(second);
    }

    public override void AbandonSend()
    {
        // A record cannot be taken back half way: the connection ends with its request in any case.
    }

    public override void Close()
    {
        if (_closed)
            return;
        _closed = true;
        stream.Dispose();
    }

    private async Task ReceiveOnceAsync()
    {
        int count = 0;
        Exception? failure = null;
        try
        {
            count = await stream.ReadAsync(_buffer);
        }
        catch (Exception exception)
        {
            // Whatever it is, it is the end of the connection, and whoever waits for the response is told of it.
            failure = exception;
        }

        _receiving = false;
        if (failure is not null || count == 0)
            connection.OnEnded(failure);
        else
            connection.OnReceived(_buffer.AsSpan(0, count));
    }
}
