using Gabbro.Platform.Files;

namespace Gabbro.Reactor.Files;

/// <summary>
/// Tells a loop of changes to files and directories. A directory is watched with its entries, not with what lies below
/// them: watch those too, as <see cref="FileChangeKinds.Created"/> tells of them.
/// </summary>
/// <remarks>
/// <para>On Linux the kernel's own queue (inotify(7)) is read by the loop, without a thread; all of
/// <see cref="FileChangeKinds"/> is told, in the order it happened. Elsewhere, and on a simulated loop, the runtime's
/// <see cref="FileSystemWatcher"/> stands behind it: then creation, deletion, change and renaming are told, and a missing path
/// is a <see cref="FileNotFoundException"/>.</para>
/// <para>Every system may lose changes that come faster than they are read, and says so with
/// <see cref="FileChangeKinds.Overflow"/>: look at everything again then.</para>
/// <para>All members belong to the loop's thread. One read at a time.</para>
/// </remarks>
/// <example>
/// <code>
/// using FileWatcher watcher = new(loop);
/// watcher.Add("/etc/app");
/// while (true)
/// {
///     FileEvent change = await watcher.ReadAsync();
///     if (change.Name == "app.conf" &amp;&amp; (change.Kinds &amp; (FileChangeKinds.ClosedWritten | FileChangeKinds.MovedTo)) != 0)
///         Reload();
/// }
/// </code>
/// </example>
public sealed class FileWatcher : IDisposable
{
    private readonly EventLoop _loop;
    private readonly FileWatchSource _source;
    private bool _disposed;

    /// <summary>Makes a watcher that watches nothing yet.</summary>
    /// <param name="loop">The loop.</param>
    /// <exception cref="ArgumentNullException"><paramref name="loop"/> is null.</exception>
    /// <exception cref="InvalidOperationException">The caller is on another thread.</exception>
    /// <exception cref="Platform.PlatformException">No descriptors are left, or this user has too many watchers.</exception>
    public FileWatcher(EventLoop loop)
        : this(loop, forcePortable: false)
    {
    }

    internal FileWatcher(EventLoop loop, bool forcePortable)
    {
        ArgumentNullException.ThrowIfNull(loop);
        loop.VerifyAccess();
        _loop = loop;
        _source = FileChangeQueue.IsSupported && loop.Backend != BackendKind.Simulated && !forcePortable
            ? new QueueWatchSource(loop) : new PortableWatchSource(loop);
    }

    /// <summary>Starts to watch a file or directory.</summary>
    /// <param name="path">Its path.</param>
    /// <param name="kinds">What to tell.</param>
    /// <returns>The number that its events carry.</returns>
    /// <exception cref="ArgumentException">An empty path, or no kind of change that can be asked for.</exception>
    /// <exception cref="InvalidOperationException">The caller is on another thread.</exception>
    /// <exception cref="ObjectDisposedException">The watcher was disposed.</exception>
    /// <exception cref="Platform.PlatformException">Not found, not permitted, or this user has too many watches.</exception>
    /// <exception cref="FileNotFoundException">Not found; see the remarks of the class.</exception>
    public int Add(string path, FileChangeKinds kinds = FileChangeKinds.Changes)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        Check();
        return _source.Add(path, kinds);
    }

    /// <summary>Ends a watch; <see cref="FileChangeKinds.WatchEnded"/> follows what was told before.</summary>
    /// <param name="watch">Its number.</param>
    /// <returns>False when there is no such watch any more.</returns>
    /// <exception cref="InvalidOperationException">The caller is on another thread.</exception>
    /// <exception cref="ObjectDisposedException">The watcher was disposed.</exception>
    public bool Remove(int watch)
    {
        Check();
        return _source.Remove(watch);
    }

    /// <summary>Waits for the next change.</summary>
    /// <param name="cancellationToken">Ends the wait; nothing is lost.</param>
    /// <returns>The change.</returns>
    /// <exception cref="InvalidOperationException">Another read is pending, or the caller is on another thread.</exception>
    /// <exception cref="ObjectDisposedException">The watcher is, or was meanwhile, disposed.</exception>
    /// <exception cref="OperationCanceledException">The token was canceled first.</exception>
    public async ValueTask<FileEvent> ReadAsync(CancellationToken cancellationToken = default)
    {
        Check();
        try
        {
            return await _source.ReadAsync(cancellationToken);
        }
        catch (Exception exception) when (_disposed && exception is not OperationCanceledException)
        {
            throw new ObjectDisposedException(nameof(FileWatcher), "The watcher was disposed while a read was pending.");
        }
    }

    /// <summary>Ends all watches; a read that is pending fails with <see cref="ObjectDisposedException"/>. Disposing twice is fine.</summary>
    /// <exception cref="InvalidOperationException">The caller is on another thread.</exception>
    public void Dispose()
    {
        if (_disposed)
            return;
        _loop.VerifyAccess();
        _disposed = true;
        _source.Dispose();
    }

    private void Check()
    {
        _loop.VerifyAccess();
        ObjectDisposedException.ThrowIf(_disposed, this);
    }
}
