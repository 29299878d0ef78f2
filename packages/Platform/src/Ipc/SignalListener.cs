using System.Runtime.InteropServices;
using Gabbro.Platform.Native;

namespace Gabbro.Platform.Ipc;

/// <summary>
/// Signals sent to this process, delivered to a poller: while the listener lives, the signals it was made for do not have their
/// default effect; each sets the listener's <see cref="Ready"/>, and <see cref="TryTake"/> tells which came.
/// </summary>
/// <remarks>The runtime owns the signal handlers of a .NET process, so this stands on its registration, with the handler
/// on a thread of the pool. Like the kernel's own pending set, a signal that comes twice before it is taken is told once.
/// On Windows interrupt, quit, hang-up and terminate come from console events. All members may be called from several threads.</remarks>
public sealed class SignalListener : IDisposable
{
    private readonly List<PosixSignalRegistration> _registrations = [];
    private readonly Action<Signal>? _handler;
    private long _pending;

    /// <summary>Starts to listen.</summary>
    /// <param name="signals">The signals; kill and stop cannot be caught.</param>
    /// <param name="handler">Called on a thread of the pool for each signal; null to be told by <see cref="Ready"/> alone.</param>
    /// <exception cref="ArgumentException">No signal, or one that cannot be caught.</exception>
    /// <exception cref="PlatformNotSupportedException">The system does not have the signal.</exception>
    public SignalListener(ReadOnlySpan<Signal> signals, Action<Signal>? handler = null)
    {
        if (signals.IsEmpty) throw new ArgumentException("There is no signal to listen to.", nameof(signals));
        foreach (Signal signal in signals)
        {
            if (!SignalNumbers.IsKnown(signal) || signal is Signal.None or Signal.Kill or Signal.Stop)
                throw new ArgumentException($"{signal} cannot be caught.", nameof(signals));
        }

        _handler = handler;
        Ready = EventSignal.Create();
        try
        {
            foreach (Signal signal in signals)
                _registrations.Add(PosixSignalRegistration.Create(ToRuntime(signal), context => OnSignal(signal, context)));
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    /// <summary>Is set while signals wait to be taken; register it with a poller (Unix) or wait for it. It belongs to the listener.</summary>
    public EventSignal Ready { get; }

    /// <summary>Takes one signal that came.</summary>
    /// <returns>False when none waits.</returns>
    /// <exception cref="ObjectDisposedException">Disposed.</exception>
    public bool TryTake(out Signal signal)
    {
        while (true)
        {
            long pending = Volatile.Read(ref _pending);
            if (pending == 0)
            {
                // Reset, then look again: a signal that came in between has set the bit before the event.
                Ready.Reset();
                if (Volatile.Read(ref _pending) != 0)
                {
                    Ready.Set();
                    continue;
                }

                signal = Signal.None;
                return false;
            }

            int lowest = System.Numerics.BitOperations.TrailingZeroCount(pending);
            if (Interlocked.CompareExchange(ref _pending, pending & (pending - 1), pending) != pending) continue;
            signal = (Signal)lowest;
            return true;
        }
    }

    /// <summary>Ends the listening; the signals have their earlier effect again.</summary>
    public void Dispose()
    {
        foreach (PosixSignalRegistration registration in _registrations) registration.Dispose();
        Ready.Dispose();
    }

    private void OnSignal(Signal signal, PosixSignalContext context)
    {
        context.Cancel = true;
        Interlocked.Or(ref _pending, 1L << (int)signal);
        try
        {
            Ready.Set();
        }
        catch (ObjectDisposedException)
        {
            // The signal came while the listener was being disposed: nobody waits any more.
            return;
        }

        _handler?.Invoke(signal);
    }

    /// <summary>The runtime has names for some signals, which also work on Windows, and takes native numbers for the rest.</summary>
    private static PosixSignal ToRuntime(Signal signal) => signal switch
    {
        Signal.HangUp => PosixSignal.SIGHUP,
        Signal.Interrupt => PosixSignal.SIGINT,
        Signal.Quit => PosixSignal.SIGQUIT,
        Signal.Terminate => PosixSignal.SIGTERM,
        _ => Host.IsWindows ? throw new PlatformNotSupportedException($"Windows has no signal {signal}.") : (PosixSignal)SignalNumbers.ToNative(signal),
    };
}
