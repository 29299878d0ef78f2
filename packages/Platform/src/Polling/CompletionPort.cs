using System.Runtime.CompilerServices;
using Gabbro.Platform.Native;
using Gabbro.Platform.Native.Windows;

namespace Gabbro.Platform.Polling;

/// <summary>
/// An I/O completion port (Windows): operations on files and sockets are started with an <see cref="OverlappedOperation"/> and
/// their completions are taken from here, many at once. It is a mechanism: nothing runs callbacks.
/// </summary>
/// <remarks>All members may be called from several threads. Starting operations and dequeuing allocate nothing. An operation
/// that completes at once still sends its completion here.</remarks>
public sealed unsafe partial class CompletionPort : SystemHandle
{
    /// <summary>The most completions one <see cref="Dequeue"/> returns.</summary>
    public const int MaxBatch = 512;

    private CompletionPort(nint handle)
        : base(handle, ownsHandle: true)
    {
    }

    /// <summary>Creates a port.</summary>
    /// <param name="concurrency">How many threads the system lets run at once; 0 for the number of processors.</param>
    /// <exception cref="ArgumentOutOfRangeException">A negative number.</exception>
    /// <exception cref="PlatformException">Not Windows (kind not-supported), or the system refused.</exception>
    public static CompletionPort Create(int concurrency = 0)
    {
        NativeError error = TryCreate(concurrency, out CompletionPort? port);
        if (port is null) error.Throw("create completion port");
        return port;
    }

    /// <summary>Creates a port, or says why not.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A negative number.</exception>
    public static NativeError TryCreate(int concurrency, out CompletionPort? port)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(concurrency);
        port = null;
        if (!Host.IsWindows) return NativeError.Of(ErrorKind.NotSupported);
        nint handle = IoApi.CreateIoCompletionPort(-1, 0, 0, (uint)concurrency);
        if (handle == 0) return NativeError.Last();
        port = new CompletionPort(handle);
        return default;
    }

    /// <summary>Has the completions of a file or socket sent here. A handle is associated once and for good.</summary>
    /// <exception cref="ArgumentNullException">The handle is null.</exception>
    /// <exception cref="PlatformException">Not open for overlapped use, or associated already.</exception>
    /// <exception cref="ObjectDisposedException">The port or the handle is closed.</exception>
    public void Associate(SystemHandle handle, nuint key)
    {
        ArgumentNullException.ThrowIfNull(handle);
        using HandleLease lease = Lease();
        using HandleLease target = handle.Lease();
        if (IoApi.CreateIoCompletionPort(target.Value, lease.Value, key, 0) == 0) NativeError.Last().Throw("associate with completion port");
    }

    /// <summary>Puts a packet into the port, to wake or to tell a thread that dequeues.</summary>
    /// <exception cref="PlatformException">The system refused.</exception>
    /// <exception cref="ObjectDisposedException">The port is closed.</exception>
    public void Post(nuint key, uint count = 0)
    {
        using HandleLease lease = Lease();
        if (IoApi.PostQueuedCompletionStatus(lease.Value, count, key, null) == 0) NativeError.Last().Throw("post to completion port");
    }

    /// <summary>Waits for completions and takes those that are there.</summary>
    /// <param name="completions">Receives up to <see cref="MaxBatch"/> completions.</param>
    /// <param name="timeout">How long to wait; <see cref="Timeout.InfiniteTimeSpan"/> for no limit. Rounded up to a millisecond.</param>
    /// <returns>How many were taken; 0 when the time was up.</returns>
    /// <exception cref="ArgumentException">An empty span.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A negative time other than the infinite one.</exception>
    /// <exception cref="PlatformException">The system refused.</exception>
    /// <exception cref="ObjectDisposedException">The port is closed.</exception>
    [SkipLocalsInit]
    public int Dequeue(Span<PortCompletion> completions, TimeSpan timeout)
    {
        if (completions.IsEmpty) throw new ArgumentException("There must be room for a completion.", nameof(completions));
        if (timeout < TimeSpan.Zero && timeout != Timeout.InfiniteTimeSpan) throw new ArgumentOutOfRangeException(nameof(timeout));
        uint milliseconds = timeout < TimeSpan.Zero ? uint.MaxValue : (uint)Math.Min(Math.Ceiling(timeout.TotalMilliseconds), int.MaxValue);
        int room = Math.Min(completions.Length, MaxBatch);
        OverlappedEntry* entries = stackalloc OverlappedEntry[room];
        uint removed = 0;
        using HandleLease lease = Lease();
        if (IoApi.GetQueuedCompletionStatusEx(lease.Value, entries, (uint)room, &removed, milliseconds, 0) == 0)
        {
            NativeError error = NativeError.Last();
            if (error.Code == Win32Errors.WAIT_TIMEOUT) return 0;
            error.Throw("take from completion port");
        }

        for (int i = 0; i < (int)removed; i++)
        {
            ref OverlappedEntry entry = ref entries[i];
            // The status of the operation lies in the OVERLAPPED itself, as the kernel's NTSTATUS.
            completions[i] = entry.lpOverlapped == null
                ? new PortCompletion(entry.lpCompletionKey, 0, entry.dwNumberOfBytesTransferred, default)
                : Complete(entry);
        }

        return (int)removed;
    }

    private static PortCompletion Complete(in OverlappedEntry entry)
    {
        NativeError error = NativeError.FromNtStatus((int)((Native.Windows.Overlapped*)entry.lpOverlapped)->Internal);
        return new PortCompletion(entry.lpCompletionKey, OverlappedOperation.Complete(entry.lpOverlapped), entry.dwNumberOfBytesTransferred, error);
    }
}
