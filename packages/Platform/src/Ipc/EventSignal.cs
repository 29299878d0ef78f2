using Gabbro.Platform.Native;
using Gabbro.Platform.Native.Linux;
using Gabbro.Platform.Native.Unix;
using Gabbro.Platform.Native.Windows;

namespace Gabbro.Platform.Ipc;

/// <summary>
/// A signal that threads and pollers can wait for: an eventfd on Linux, a pipe on macOS, a manual-reset event on Windows.
/// Setting it makes its descriptor readable until it is reset; setting it twice is setting it once.
/// </summary>
/// <remarks>All members may be called from several threads; setting and resetting allocate nothing. On Unix the handle can be
/// registered with a <see cref="Polling.ReadinessPoller"/>; on Windows use the poller's own wake.</remarks>
public sealed unsafe class EventSignal : SystemHandle
{
    /// <summary>The end that is written to: the same descriptor on Linux, the other end of the pipe on macOS.</summary>
    private readonly int _writer;

    private EventSignal(nint handle, int writer)
        : base(handle, ownsHandle: true) => _writer = writer;

    /// <summary>Creates a signal that is not set.</summary>
    /// <exception cref="PlatformException">No descriptors left.</exception>
    public static EventSignal Create()
    {
        if (Host.IsWindows)
        {
            nint signal = Kernel32.CreateEventW(null, 1, 0, null);
            if (signal == 0) NativeError.Last().Throw("CreateEvent");
            return new EventSignal(signal, -1);
        }

        if (Host.IsLinux)
        {
            int descriptor = SysEpoll.eventfd(0, SysEpoll.EFD_CLOEXEC | SysEpoll.EFD_NONBLOCK);
            if (descriptor < 0) NativeError.Last().Throw("eventfd");
            return new EventSignal(descriptor, descriptor);
        }

        UnixPipe.Create(nonBlocking: true, out int reader, out int writer).ThrowIfError("pipe");
        return new EventSignal(reader, writer);
    }

    /// <summary>Sets the signal.</summary>
    /// <exception cref="PlatformException">The system refused.</exception>
    /// <exception cref="ObjectDisposedException">The signal is closed.</exception>
    public void Set()
    {
        using HandleLease lease = Lease();
        if (Host.IsWindows)
        {
            if (SynchApi.SetEvent(lease.Value) == 0) NativeError.Last().Throw("SetEvent");
            return;
        }

        // A counter of 8 bytes for the eventfd; a pipe takes the same bytes, and a full one is set already.
        ulong one = 1;
        if (Unistd.write(_writer, &one, sizeof(ulong)) >= 0) return;
        NativeError error = NativeError.Last();
        if (error.Kind != ErrorKind.WouldBlock) error.Throw("write", "event signal");
    }

    /// <summary>Takes the signal back.</summary>
    /// <returns>True when it was set.</returns>
    /// <exception cref="PlatformException">The system refused.</exception>
    /// <exception cref="ObjectDisposedException">The signal is closed.</exception>
    public bool Reset()
    {
        using HandleLease lease = Lease();
        if (Host.IsWindows)
        {
            bool wasSet = Kernel32.WaitForSingleObject(lease.Value, 0) == 0;
            if (SynchApi.ResetEvent(lease.Value) == 0) NativeError.Last().Throw("ResetEvent");
            return wasSet;
        }

        byte* buffer = stackalloc byte[512];
        bool any = false;
        while (true)
        {
            nint got = Unistd.read(lease.Descriptor, buffer, Host.IsLinux ? 8u : 512u);
            if (got > 0)
            {
                any = true;
                // One read empties an eventfd; a pipe may hold more.
                if (Host.IsLinux || got < 512) return true;
                continue;
            }

            NativeError error = NativeError.Last();
            if (error.Kind == ErrorKind.Interrupted) continue;
            if (error.Kind != ErrorKind.WouldBlock) error.Throw("read", "event signal");
            return any;
        }
    }

    /// <summary>Waits until the signal is set; it stays set.</summary>
    /// <param name="timeout">How long; <see cref="Timeout.InfiniteTimeSpan"/> for no limit.</param>
    /// <returns>False when the time was up.</returns>
    /// <exception cref="ArgumentOutOfRangeException">A negative time other than the infinite one.</exception>
    /// <exception cref="PlatformException">The system refused.</exception>
    /// <exception cref="ObjectDisposedException">The signal is closed.</exception>
    public bool Wait(TimeSpan timeout)
    {
        if (timeout < TimeSpan.Zero && timeout != Timeout.InfiniteTimeSpan) throw new ArgumentOutOfRangeException(nameof(timeout));
        using HandleLease lease = Lease();
        if (!Host.IsWindows) return UnixPoll.WaitReadable(lease.Descriptor, timeout).Throwing("poll");
        uint milliseconds = timeout < TimeSpan.Zero ? uint.MaxValue : (uint)Math.Min(Math.Ceiling(timeout.TotalMilliseconds), int.MaxValue);
        uint result = Kernel32.WaitForSingleObject(lease.Value, milliseconds);
        if (result == uint.MaxValue) NativeError.Last().Throw("WaitForSingleObject");
        return result == 0;
    }

    /// <inheritdoc/>
    protected override bool ReleaseHandle()
    {
        if (!Host.IsWindows && _writer != (int)handle) Unistd.close(_writer);
        return base.ReleaseHandle();
    }
}
