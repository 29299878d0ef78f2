using System.Net.Security;
using Gabbro.Reactor.Adapters;
using Gabbro.Reactor.Net;

namespace Gabbro.Reactor.Http.Client;

/// <summary>
/// The connections to one origin. The one used last is taken first: it is the least likely to have been closed, and the
/// others may reach their idle time. Requests that find no place wait in the order they came.
/// </summary>
internal sealed class OriginPool(LoopHttpClient client, HttpOrigin origin)
{
    private readonly Stack<ClientConnection> _idle = new();
    private readonly HashSet<ClientConnection> _all = [];
    private readonly LinkedList<TaskCompletionSource<ClientConnection?>> _waiting = new();

    /// <summary>Places taken: connections, and those being made.</summary>
    private int _places;

    public HttpOrigin Origin => origin;

    public int Connections => _all.Count;

    public int Idle
    {
        get
        {
            int idle = 0;
            foreach (ClientConnection connection in _idle)
                idle += connection.IsClosed ? 0 : 1;
            return idle;
        }
    }

    /// <summary>True when nothing is left of it.</summary>
    public bool IsEmpty => _places == 0 && _waiting.Count == 0;

    /// <summary>Takes a connection that waits.</summary>
    public bool TryTake(out ClientConnection connection)
    {
        while (_idle.TryPop(out connection!))
        {
            if (!connection.IsClosed)
                return true;
        }

        return false;
    }

    /// <summary>Makes a connection, or waits for one when there are as many as allowed.</summary>
    /// <param name="fresh">True when it must not have been used before.</param>
    /// <param name="cancellationToken">Ends the attempt.</param>
    public async ValueTask<ClientConnection> OpenAsync(bool fresh, CancellationToken cancellationToken)
    {
        using CancellationTokenSource late = new(client.Options.ConnectTimeout, client.Loop.TimeProvider);
        using CancellationTokenSource either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, late.Token, client.Disposed);
        try
        {
            if (_places >= client.Options.MaxConnectionsPerOrigin && await WaitAsync(either.Token) is { } passedOn)
            {
                if (!fresh)
                    return passedOn;

                // Its place is what is needed, not the connection.
                passedOn.Close();
            }

            return await ConnectAsync(either.Token);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            ObjectDisposedException.ThrowIf(client.IsDisposed, client);
            throw new HttpClientException(HttpClientError.Timeout, $"No connection to {origin} within {client.Options.ConnectTimeout}.");
        }
    }

    /// <summary>A connection has done its request: it goes to whoever waits longest, or waits itself.</summary>
    public void Return(ClientConnection connection)
    {
        while (TakeWaiting(out TaskCompletionSource<ClientConnection?>? next))
        {
            if (next.TrySetResult(connection))
                return;
        }

        _idle.Push(connection);
    }

    /// <summary>A connection is gone.</summary>
    /// <returns>True when it had a place, which <see cref="FreePlace"/> gives back.</returns>
    public bool Remove(ClientConnection connection) => _all.Remove(connection);

    /// <summary>A place is free: for whoever waits longest.</summary>
    public void FreePlace()
    {
        _places--;
        while (TakeWaiting(out TaskCompletionSource<ClientConnection?>? next))
        {
            if (next.TrySetResult(null))
                return;
        }

        if (IsEmpty)
            client.Forget(this);
    }

    /// <summary>Ends all connections.</summary>
    public void FailAll(Exception reason)
    {
        foreach (ClientConnection connection in _all.ToArray())
            connection.Fail(reason);
    }

    private async ValueTask<ClientConnection?> WaitAsync(CancellationToken cancellationToken)
    {
        // Completed on the loop only, so the one that waits goes on right there.
        TaskCompletionSource<ClientConnection?> turn = new();
        _waiting.AddLast(turn);
        using CancellationTokenRegistration registration = cancellationToken.UnsafeRegister(
            static (state, token) => ((TaskCompletionSource<ClientConnection?>)state!).TrySetCanceled(token), turn);
        ClientConnection? passedOn;
        try
        {
            passedOn = await turn.Task;
        }
        catch (OperationCanceledException)
        {
            _waiting.Remove(turn);
            throw;
        }

        return passedOn is { IsClosed: false } ? passedOn : null;
    }

    private async ValueTask<ClientConnection> ConnectAsync(CancellationToken cancellationToken)
    {
        _places++;
        StreamSocket? socket = null;
        try
        {
            socket = client.Options.Connector is { } connector ? await connector(origin, cancellationToken)
                : await client.Loop.ConnectAsync(origin.Host, origin.Port, client.Options.Streams, cancellationToken);
            ClientConnection connection = new(client, this);
            connection.Attach(origin.IsSecure ? await EncryptAsync(socket, connection, cancellationToken) : new SocketTransport(socket, connection));
            cancellationToken.ThrowIfCancellationRequested();
            _all.Add(connection);
            return connection;
        }
        catch (Exception exception)
        {
            socket?.Dispose();
            FreePlace();
            if (exception is OperationCanceledException)
                throw;
            throw new HttpClientException(HttpClientError.Connect, $"No connection to {origin}: {exception.Message}", exception);
        }
    }

    private async ValueTask<ClientTransport> EncryptAsync(StreamSocket socket, ClientConnection connection, CancellationToken cancellationToken)
    {
        SslStream tls = new(new LoopStream(socket));
        try
        {
            SslClientAuthenticationOptions options = client.Options.Tls?.Invoke(origin) ?? new SslClientAuthenticationOptions();
            options.TargetHost ??= origin.Host;
            await tls.AuthenticateAsClientAsync(options, cancellationToken);
            return new TlsTransport(tls, connection);
        }
        catch
        {
            await tls.DisposeAsync();
            throw;
        }
    }

    private bool TakeWaiting([System.Diagnostics.CodeAnalysis.NotNullWhen(true)] out TaskCompletionSource<ClientConnection?>? next)
    {
        next = _waiting.First?.Value;
        if (next is not null)
            _waiting.RemoveFirst();
        return next is not null;
    }
}
