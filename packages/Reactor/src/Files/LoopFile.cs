using Gabbro.Platform.Files;

namespace Gabbro.Reactor.Files;

/// <summary>
/// A file used from a loop. Its calls run on the loop's <see cref="EventLoop.Blocking"/> threads: a disk answers when it
/// likes, and no poller says when. Positions are explicit, so any number of reads and writes may be under way.
/// </summary>
/// <remarks>Made and awaited on the loop's thread.</remarks>
public sealed class LoopFile : IDisposable
{
    private readonly EventLoop _loop;
    private readonly Stack<FileCall> _calls = new();

    private LoopFile(EventLoop loop, FileHandle handle)
    {
        _loop = loop;
        Handle = handle;
    }

    /// <summary>The file, for what has no member here.</summary>
    public FileHandle Handle { get; }

    /// <summary>Opens a file.</summary>
    /// <param name="loop">The loop to use it from.</param>
    /// <param name="path">Its path.</param>
    /// <param name="options">How to open it.</param>
    /// <param name="cancellationToken">Takes the call back while it waits for a thread.</param>
    /// <exception cref="ArgumentNullException">An argument is null.</exception>
    /// <exception cref="Platform.PlatformException">The system refused.</exception>
    /// <exception cref="OperationCanceledException">The token was canceled before a thread took the call.</exception>
    public static async Task<LoopFile> OpenAsync(EventLoop loop, string path, FileOpenOptions options = default, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(loop);
        ArgumentNullException.ThrowIfNull(path);
        loop.VerifyAccess();
        return new LoopFile(loop, await loop.Blocking.RunAsync(() => FileHandle.Open(path, options), cancellationToken));
    }

    /// <summary>The length of the file now.</summary>
    /// <param name="cancellationToken">Takes the call back while it waits for a thread.</param>
    /// <exception cref="Platform.PlatformException">The system refused.</exception>
    /// <exception cref="ObjectDisposedException">The file was disposed.</exception>
    /// <exception cref="InvalidOperationException">All threads of the pool are busy and its queue is full, or the caller is on another thread.</exception>
    /// <exception cref="OperationCanceledException">The token was canceled before a thread took the call.</exception>
    public ValueTask<long> GetLengthAsync(CancellationToken cancellationToken = default)
    {
        _loop.VerifyAccess();
        if (cancellationToken.IsCancellationRequested)
            return ValueTask.FromCanceled<long>(cancellationToken);
        FileCall call = Start(FileCallKind.Length, default, 0, cancellationToken);
        return new ValueTask<long>(call, call.Version);
    }

    /// <summary>Reads at a position.</summary>
    /// <param name="buffer">Where to put it; it belongs to the call until that has completed.</param>
    /// <param name="offset">The position.</param>
    /// <param name="cancellationToken">Takes the call back while it waits for a thread.</param>
    /// <returns>The bytes read; fewer than asked for only at the end of the file.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The position is negative.</exception>
    /// <exception cref="Platform.PlatformException">The system refused.</exception>
    /// <exception cref="ObjectDisposedException">The file was disposed.</exception>
    /// <exception cref="InvalidOperationException">All threads of the pool are busy and its queue is full, or the caller is on another thread.</exception>
    /// <exception cref="OperationCanceledException">The token was canceled before a thread took the call.</exception>
    public ValueTask<int> ReadAsync(Memory<byte> buffer, long offset, CancellationToken cancellationToken = default)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(offset);
        _loop.VerifyAccess();
        if (cancellationToken.IsCancellationRequested)
            return ValueTask.FromCanceled<int>(cancellationToken);
        FileCall call = Start(FileCallKind.Read, buffer, offset, cancellationToken);
        return new ValueTask<int>(call, call.Version);
    }

    /// <summary>Writes at a position, all of it.</summary>
    /// <param name="buffer">What to write; it belongs to the call until that has completed.</param>
    /// <param name="offset">The position.</param>
    /// <param name="cancellationToken">Takes the call back while it waits for a thread.</param>
    /// <exception cref="ArgumentOutOfRangeException">The position is negative.</exception>
    /// <exception cref="Platform.PlatformException">The system refused.</exception>
    /// <exception cref="ObjectDisposedException">The file was disposed.</exception>
    /// <exception cref="InvalidOperationException">All threads of the pool are busy and its queue is full, or the caller is on another thread.</exception>
    /// <exception cref="OperationCanceledException">The token was canceled before a thread took the call.</exception>
    public ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, long offset, CancellationToken cancellationToken = default)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(offset);
        _loop.VerifyAccess();
        if (cancellationToken.IsCancellationRequested)
            return ValueTask.FromCanceled(cancellationToken);
        FileCall call = Start(FileCallKind.Write, buffer, offset, cancellationToken);
        return new ValueTask(call, call.Version);
    }

    /// <summary>Makes what was written survive a power failure.</summary>
    /// <param name="cancellationToken">Takes the call back while it waits for a thread.</param>
    /// <exception cref="Platform.PlatformException">The system refused, or the device failed.</exception>
    /// <exception cref="ObjectDisposedException">The file was disposed.</exception>
    /// <exception cref="InvalidOperationException">All threads of the pool are busy and its queue is full, or the caller is on another thread.</exception>
    /// <exception cref="OperationCanceledException">The token was canceled before a thread took the call.</exception>
    public ValueTask SyncAsync(CancellationToken cancellationToken = default)
    {
        _loop.VerifyAccess();
        if (cancellationToken.IsCancellationRequested)
            return ValueTask.FromCanceled(cancellationToken);
        FileCall call = Start(FileCallKind.Sync, default, 0, cancellationToken);
        return new ValueTask(call, call.Version);
    }

    /// <summary>Closes the file when the last call that uses it has ended.</summary>
    public void Dispose() => Handle.Dispose();

    private FileCall Start(FileCallKind kind, ReadOnlyMemory<byte> buffer, long offset, CancellationToken cancellationToken)
    {
        FileCall call = _calls.TryPop(out FileCall? used) ? used : new FileCall(_loop, Handle, _calls);
        call.Start(kind, buffer, offset, cancellationToken);
        return call;
    }
}
