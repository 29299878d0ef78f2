using System.Diagnostics.CodeAnalysis;
using Gabbro.Platform.Files;
using Gabbro.Platform.Native;
using Gabbro.Platform.Native.Unix;
using Gabbro.Platform.Native.Windows;

namespace Gabbro.Platform.Locks;

/// <summary>
/// A lock on a range of a file, held until disposed. It belongs to the open file it was taken through: two handles opened
/// apart exclude each other even in one process, duplicates of a handle share it, and closing some other handle of the
/// file does not lose it, as happens with POSIX record locks.
/// </summary>
/// <remarks>
/// <para>Linux: open-file-description locks (fcntl(2), F_OFD_SETLK), advisory. macOS: the same calls; where the file
/// system lacks them, record locks with a table in the process, which exclude alike but are lost when the process closes
/// any other descriptor of the file. Windows: LockFileEx, mandatory: reading a range another holds exclusively fails.</para>
/// <para>On Unix a lock taken over one's own replaces it, range by range, also from shared to exclusive. On Windows locks
/// of one handle add up and cannot be converted: release first. Code for every system releases first.</para>
/// <para>The static members take and release locks without an object and allocate nothing.</para>
/// </remarks>
public sealed class FileLock : IDisposable
{
    private readonly FileHandle _file;
    private int _released;

    private FileLock(FileHandle file, ByteRange range, LockMode mode)
    {
        _file = file;
        Range = range;
        Mode = mode;
    }

    /// <summary>The locked range.</summary>
    public ByteRange Range { get; }

    /// <summary>How it is locked.</summary>
    public LockMode Mode { get; }

    /// <summary>Locks a range, waiting until it is free.</summary>
    /// <param name="file">The file; it must stay open while the lock is held.</param>
    /// <param name="range">The range.</param>
    /// <param name="mode">How.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>The held lock.</returns>
    /// <exception cref="ArgumentException">The range is empty or the mode undefined.</exception>
    /// <exception cref="OperationCanceledException">The wait was cancelled.</exception>
    /// <exception cref="PlatformException">The system refused; <see cref="ErrorKind.Deadlock"/> or <see cref="ErrorKind.NoLocks"/> among others.</exception>
    /// <exception cref="ObjectDisposedException">The file is closed.</exception>
    public static FileLock Acquire(
        FileHandle file, ByteRange range, LockMode mode, CancellationToken cancellationToken = default)
    {
        Lock(file, range, mode, Timeout.InfiniteTimeSpan, cancellationToken).ThrowIfError("lock", file.Name);
        return new FileLock(file, range, mode);
    }

    /// <summary>Locks a range, waiting a limited time for it.</summary>
    /// <param name="file">The file; it must stay open while the lock is held.</param>
    /// <param name="range">The range.</param>
    /// <param name="mode">How.</param>
    /// <param name="timeout">The longest wait; zero does not wait; <see cref="Timeout.InfiniteTimeSpan"/> for ever.</param>
    /// <param name="held">The held lock.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>Whether the range was locked; false when others kept it for all the time.</returns>
    /// <exception cref="ArgumentException">The range is empty, the mode undefined, or the timeout negative.</exception>
    /// <exception cref="OperationCanceledException">The wait was cancelled.</exception>
    /// <exception cref="PlatformException">The system refused.</exception>
    /// <exception cref="ObjectDisposedException">The file is closed.</exception>
    public static bool TryAcquire(
        FileHandle file, ByteRange range, LockMode mode, TimeSpan timeout, [NotNullWhen(true)] out FileLock? held,
        CancellationToken cancellationToken = default)
    {
        NativeError error = Lock(file, range, mode, timeout, cancellationToken);
        if (error.Kind is ErrorKind.LockBusy or ErrorKind.WouldBlock or ErrorKind.TimedOut)
        {
            held = null;
            return false;
        }
        error.ThrowIfError("lock", file.Name);
        held = new FileLock(file, range, mode);
        return true;
    }

    /// <summary>Locks a range if it is free, without waiting and without an object to release it by.</summary>
    /// <param name="file">The file.</param>
    /// <param name="range">The range; release it with <see cref="Unlock"/>.</param>
    /// <param name="mode">How.</param>
    /// <returns>Success; <see cref="ErrorKind.LockBusy"/> or <see cref="ErrorKind.WouldBlock"/> when another holds it; or why it failed.</returns>
    /// <exception cref="ArgumentException">The range is empty or the mode undefined.</exception>
    /// <exception cref="ObjectDisposedException">The file is closed.</exception>
    public static NativeError TryLock(FileHandle file, ByteRange range, LockMode mode)
    {
        Check(file, range, mode);
        using HandleLease lease = file.Lease();
        return Attempt(lease.Value, range, mode, wait: false);
    }

    /// <summary>Locks a range, waiting as told, without an object to release it by.</summary>
    /// <param name="file">The file.</param>
    /// <param name="range">The range; release it with <see cref="Unlock"/>.</param>
    /// <param name="mode">How.</param>
    /// <param name="timeout">The longest wait; zero does not wait; <see cref="Timeout.InfiniteTimeSpan"/> for ever.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>Success; <see cref="ErrorKind.TimedOut"/>; or why it failed.</returns>
    /// <remarks>
    /// No system waits for a lock with a limit: with a timeout or a token this asks again, at first after microseconds
    /// and at last every 5 ms. Without either it waits in the system, in its queue.
    /// </remarks>
    /// <exception cref="ArgumentException">The range is empty, the mode undefined, or the timeout negative.</exception>
    /// <exception cref="OperationCanceledException">The wait was cancelled.</exception>
    /// <exception cref="ObjectDisposedException">The file is closed.</exception>
    public static NativeError Lock(
        FileHandle file, ByteRange range, LockMode mode, TimeSpan timeout, CancellationToken cancellationToken = default)
    {
        Check(file, range, mode);
        if (timeout != Timeout.InfiniteTimeSpan)
            ArgumentOutOfRangeException.ThrowIfLessThan(timeout, TimeSpan.Zero);
        cancellationToken.ThrowIfCancellationRequested();
        using HandleLease lease = file.Lease();
        if (timeout == Timeout.InfiniteTimeSpan && !cancellationToken.CanBeCanceled)
            return Attempt(lease.Value, range, mode, wait: true);

        long start = TimeProvider.System.GetTimestamp();
        LockBackoff backoff = default;
        while (true)
        {
            NativeError error = Attempt(lease.Value, range, mode, wait: false);
            if (error.Kind is not (ErrorKind.LockBusy or ErrorKind.WouldBlock))
                return error;
            TimeSpan left = Timeout.InfiniteTimeSpan;
            if (timeout != Timeout.InfiniteTimeSpan)
            {
                left = timeout - TimeProvider.System.GetElapsedTime(start);
                if (left <= TimeSpan.Zero)
                    return NativeError.Of(ErrorKind.TimedOut);
            }
            backoff.Pause(left, cancellationToken);
        }
    }

    /// <summary>Releases a range. On Unix any range, locked or not; on Windows exactly a range that was locked.</summary>
    /// <param name="file">The file it was locked through.</param>
    /// <param name="range">The range.</param>
    /// <returns>Success, or why it failed.</returns>
    /// <exception cref="ArgumentException">The range is empty.</exception>
    /// <exception cref="ObjectDisposedException">The file is closed, which released it already.</exception>
    public static NativeError Unlock(FileHandle file, ByteRange range)
    {
        Check(file, range, LockMode.Shared);
        using HandleLease lease = file.Lease();
        return Host.IsWindows
            ? WindowsLocks.Unlock(lease.Value, range)
            : UnixLocks.Unlock(lease.Descriptor, range);
    }

    /// <summary>Whether some lock of another open file stands in the way of one. The answer may be stale when it arrives.</summary>
    /// <param name="file">The file.</param>
    /// <param name="range">The range that would be locked.</param>
    /// <param name="mode">How it would be locked.</param>
    /// <param name="conflict">A lock in the way.</param>
    /// <returns>Whether there is one.</returns>
    /// <remarks>Windows has no such question: there the range is locked for an instant to find out.</remarks>
    /// <exception cref="ArgumentException">The range is empty or the mode undefined.</exception>
    /// <exception cref="PlatformException">The system refused.</exception>
    /// <exception cref="ObjectDisposedException">The file is closed.</exception>
    public static bool TryFindConflict(FileHandle file, ByteRange range, LockMode mode, out LockConflict conflict)
    {
        Check(file, range, mode);
        using HandleLease lease = file.Lease();
        NativeError error = Host.IsWindows
            ? WindowsLocks.Query(lease.Value, range, mode, out bool found, out conflict)
            : UnixLocks.Query(lease.Descriptor, range, mode, out found, out conflict);
        error.ThrowIfError("query lock", file.Name);
        return found;
    }

    /// <summary>Releases the lock. Does nothing when the file is closed, which released it.</summary>
    public void Dispose()
    {
        if (Interlocked.Exchange(ref _released, 1) != 0 || _file.IsClosed)
            return;
        try
        {
            _ = Unlock(_file, Range);
        }
        catch (ObjectDisposedException)
        {
            // The file was closed by another thread meanwhile; the system has released the lock with it.
        }
    }

    private static NativeError Attempt(nint handle, ByteRange range, LockMode mode, bool wait) => Host.IsWindows
        ? WindowsLocks.Lock(handle, range, mode, wait)
        : UnixLocks.Lock((int)handle, range, mode, wait);

    private static void Check(FileHandle file, ByteRange range, LockMode mode)
    {
        ArgumentNullException.ThrowIfNull(file);
        if (range.Length == 0)
            throw new ArgumentException("The range is empty.", nameof(range));
        if (mode > LockMode.Exclusive)
            throw new ArgumentOutOfRangeException(nameof(mode), mode, "Undefined mode.");
    }
}
