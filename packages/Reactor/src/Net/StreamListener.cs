using System.Runtime.CompilerServices;
using Gabbro.Platform;
using Gabbro.Platform.Sockets;
using Gabbro.Reactor.Backends;

namespace Gabbro.Reactor.Net;

/// <summary>
/// Accepts connections on an event loop: TCP or Unix. When the process runs out of descriptors it stops trying, without
/// spinning, and goes on when one is free again; errors of a single connection do not end it.
/// </summary>
/// <remarks>All members belong to the loop's thread. One accept at a time.</remarks>
public sealed class StreamListener : IDisposable
{
    private readonly ListenerDevice _device;
    private readonly AcceptAwaitable _accept;

    internal StreamListener(ListenerDevice device)
    {
        _device = device;
        _accept = new AcceptAwaitable(this);
    }

    /// <summary>The loop the listener belongs to.</summary>
    public EventLoop Loop => _device.Loop;

    /// <summary>The address listened at, with the port the system chose if 0 was asked for.</summary>
    public SocketEndpoint LocalAddress => _device.LocalAddress;

    /// <summary>True once the listener was disposed.</summary>
    public bool IsClosed => _device.IsClosed;

    internal ListenerDevice Device => _device;

    /// <summary>Waits for the next connection.</summary>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>The connection.</returns>
    /// <exception cref="InvalidOperationException">Another accept is pending, or the caller is on another thread.</exception>
    /// <exception cref="ObjectDisposedException">The listener is, or was meanwhile, disposed.</exception>
    /// <exception cref="PlatformException">The listener cannot accept at all.</exception>
    /// <exception cref="OperationCanceledException">The token was canceled first.</exception>
    public ValueTask<StreamSocket> AcceptAsync(CancellationToken cancellationToken = default)
    {
        Loop.VerifyAccess();
        ObjectDisposedException.ThrowIf(IsClosed, this);
        if (_accept.IsBusy)
            throw new InvalidOperationException("An accept of this listener is pending: one at a time.");
        return cancellationToken.IsCancellationRequested
            ? ValueTask.FromCanceled<StreamSocket>(cancellationToken) : _accept.Start(cancellationToken);
    }

    /// <summary>Connections as they come, until the listener is disposed.</summary>
    /// <param name="cancellationToken">Ends the enumeration.</param>
    /// <exception cref="OperationCanceledException">The token was canceled.</exception>
    public async IAsyncEnumerable<StreamSocket> AcceptAllAsync([EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        while (!IsClosed)
        {
            StreamSocket connection;
            try
            {
                connection = await AcceptAsync(cancellationToken);
            }
            catch (ObjectDisposedException)
            {
                yield break;
            }

            yield return connection;
        }
    }

    /// <summary>Stops listening; an accept that is pending fails with <see cref="ObjectDisposedException"/>. Disposing twice is fine.</summary>
    /// <exception cref="InvalidOperationException">The caller is on another thread.</exception>
    public void Dispose()
    {
        if (IsClosed)
            return;
        Loop.VerifyAccess();
        _device.Close();
    }

    /// <inheritdoc/>
    public override string ToString() => $"listener {LocalAddress}";
}
