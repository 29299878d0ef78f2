using System.Runtime.InteropServices;
using Gabbro.Reactor.Tasks;

namespace Gabbro.Reactor.Signals;

/// <summary>
/// Signals of the process as something to await: SIGTERM and SIGINT to end in good order, SIGHUP to read the configuration
/// again. While a listener exists, the signals do not do what they would do by default.
/// </summary>
/// <remarks>Belongs to the loop's thread. Signals that arrive faster than they are awaited are kept, a few of them.</remarks>
public sealed class SignalListener : IDisposable
{
    /// <summary>Signals do not queue in the kernel either: a handful of distinct ones is all that can be told apart.</summary>
    private const int Kept = 16;

    private readonly LoopChannel<PosixSignal> _channel;
    private readonly List<PosixSignalRegistration> _registrations = [];

    /// <summary>Starts to listen.</summary>
    /// <param name="loop">The loop.</param>
    /// <param name="signals">The signals.</param>
    /// <exception cref="ArgumentNullException"><paramref name="loop"/> is null.</exception>
    /// <exception cref="ArgumentException">No signal is named.</exception>
    /// <exception cref="PlatformNotSupportedException">The system has no such signal.</exception>
    public SignalListener(EventLoop loop, params ReadOnlySpan<PosixSignal> signals)
    {
        ArgumentNullException.ThrowIfNull(loop);
        if (signals.IsEmpty)
            throw new ArgumentException("Name at least one signal.", nameof(signals));
        loop.VerifyAccess();
        _channel = new LoopChannel<PosixSignal>(loop, Kept);
        foreach (PosixSignal signal in signals)
        {
            _registrations.Add(PosixSignalRegistration.Create(signal, context =>
            {
                context.Cancel = true;
                _channel.TryWrite(context.Signal);
            }));
        }
    }

    /// <summary>Waits for the next signal.</summary>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>The signal.</returns>
    /// <exception cref="InvalidOperationException">Another wait is pending, or the caller is on another thread.</exception>
    /// <exception cref="OperationCanceledException">The token was canceled first.</exception>
    public ValueTask<PosixSignal> WaitAsync(CancellationToken cancellationToken = default) => _channel.ReadAsync(cancellationToken);

    /// <summary>Stops listening; the signals do again what they do by default.</summary>
    public void Dispose()
    {
        foreach (PosixSignalRegistration registration in _registrations)
            registration.Dispose();
        _channel.Complete();
    }
}
