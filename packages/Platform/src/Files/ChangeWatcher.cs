using Gabbro.Platform.Native;
using Gabbro.Platform.Native.Darwin;
using Gabbro.Platform.Native.Linux;
using Gabbro.Platform.Native.Windows;

namespace Gabbro.Platform.Files;

/// <summary>
/// Tells what happens to files and directories: inotify(7) on Linux, ReadDirectoryChangesW on Windows, EVFILT_VNODE of kqueue(2)
/// on macOS. Its handle becomes readable when there are changes, so a <see cref="Polling.ReadinessPoller"/> can wait for it on Unix;
/// on Windows it is an event.
/// </summary>
/// <remarks>
/// <para>A watched directory tells of the names in it, a watched file of itself. Linux and Windows name what changed. macOS says of a
/// directory only that its entries changed (<see cref="ChangeKinds.Modified"/> without a name): read it again. Windows watches
/// directories only, whole subtrees if wanted, and does not tell that a watched directory was moved.</para>
/// <para>Systems merge changes that follow each other closely and lose some under load, which they say by
/// <see cref="ChangeKinds.Overflow"/>. A change is a hint to look, not a journal.</para>
/// <para>On Linux <see cref="FileChangeQueue"/> gives the records of inotify as they are, to be read asynchronously.</para>
/// <para>One thread at a time, but for <see cref="Wait"/>. Reading changes allocates nothing.</para>
/// <code>
/// using ChangeWatcher watcher = ChangeWatcher.Create();
/// watcher.Add("/etc");
/// while (watcher.Wait(Timeout.InfiniteTimeSpan))
///     while (watcher.TryRead(out WatchedChange change))
///         Process(change.Name, change.Kinds);
/// </code>
/// </remarks>
public sealed class ChangeWatcher : SystemHandle
{
    private readonly ChangeSource _source;

    private ChangeWatcher(ChangeSource source)
        : base(source.Handle, ownsHandle: true) => _source = source;

    /// <summary>Creates a watcher that watches nothing yet.</summary>
    /// <exception cref="PlatformException">No descriptors left, or too many watchers of this user.</exception>
    public static ChangeWatcher Create()
    {
        ChangeSource? source;
        NativeError error = Host.IsWindows ? WindowsChanges.Create(out source)
            : Host.IsDarwin ? DarwinChanges.Create(out source)
            : LinuxChanges.Create(out source);
        if (source is null) error.Throw("create change watcher");
        return new ChangeWatcher(source);
    }

    /// <summary>Watches a directory or file from now on.</summary>
    /// <param name="path">Its path. A link is followed.</param>
    /// <param name="kinds">What to tell; a system may tell more than asked for, never less than it can.</param>
    /// <param name="subtree">Everything below the directory as well. Windows only.</param>
    /// <returns>The number of the watch, which its changes bear.</returns>
    /// <exception cref="ArgumentException">The path holds a zero character, or there is nothing to tell.</exception>
    /// <exception cref="PlatformException">The system refused; kind already-exists when it is watched already (Linux), kind
    /// not-supported for a subtree elsewhere than on Windows.</exception>
    /// <exception cref="ObjectDisposedException">The watcher is closed.</exception>
    public int Add(string path, ChangeKinds kinds = ChangeKinds.All, bool subtree = false)
    {
        using EncodedPath encoded = new(path, stackalloc byte[EncodedPath.StackSize]);
        TryAdd(encoded.Bytes, kinds, subtree, out int watch).ThrowIfError("watch", path);
        return watch;
    }

    /// <summary>Watches a directory or file from now on, or says why not.</summary>
    /// <param name="path">The bytes of its path (WTF-8 on Windows). A link is followed.</param>
    /// <param name="kinds">What to tell.</param>
    /// <param name="subtree">Everything below the directory as well. Windows only.</param>
    /// <param name="watch">The number of the watch; -1 after a failure.</param>
    /// <returns>Success, or why not; see <see cref="Add"/>.</returns>
    /// <exception cref="ArgumentException">The path holds a zero byte, or there is nothing to tell.</exception>
    /// <exception cref="ObjectDisposedException">The watcher is closed.</exception>
    public NativeError TryAdd(ReadOnlySpan<byte> path, ChangeKinds kinds, bool subtree, out int watch)
    {
        if ((kinds & ChangeKinds.All) == 0 || (kinds & ~(ChangeKinds.All | ChangeKinds.Gone | ChangeKinds.Overflow)) != 0)
            throw new ArgumentOutOfRangeException(nameof(kinds), kinds, "No kind of change, or an undefined one.");
        if (path.Contains((byte)0)) throw new ArgumentException("The path holds a zero byte.", nameof(path));
        using HandleLease lease = Lease();
        return _source.Add(path, kinds & ChangeKinds.All, subtree, out watch);
    }

    /// <summary>Ends a watch. Changes not yet read may still be told.</summary>
    /// <param name="watch">Its number.</param>
    /// <returns>Success, or an error of kind not-found when there is no such watch.</returns>
    /// <exception cref="ObjectDisposedException">The watcher is closed.</exception>
    public NativeError Remove(int watch)
    {
        using HandleLease lease = Lease();
        return _source.Remove(watch);
    }

    /// <summary>Takes a change, without waiting. Read until there is none: the handle stays ready until then.</summary>
    /// <param name="change">The change, valid until the next call.</param>
    /// <returns>Whether there was one.</returns>
    /// <exception cref="PlatformException">The system failed to tell.</exception>
    /// <exception cref="ObjectDisposedException">The watcher is closed.</exception>
    public bool TryRead(out WatchedChange change)
    {
        using HandleLease lease = Lease();
        bool any = _source.TryRead(out change, out NativeError error);
        error.ThrowIfError("read changes");
        return any;
    }

    /// <summary>Waits until there are changes to read. It may rarely return with none, after a wake that had no cause.</summary>
    /// <param name="timeout">How long; <see cref="Timeout.InfiniteTimeSpan"/> for no limit.</param>
    /// <returns>False when the time was up.</returns>
    /// <exception cref="ArgumentOutOfRangeException">A negative time other than the infinite one.</exception>
    /// <exception cref="PlatformException">The system refused.</exception>
    /// <exception cref="ObjectDisposedException">The watcher is closed.</exception>
    public bool Wait(TimeSpan timeout)
    {
        if (timeout < TimeSpan.Zero && timeout != Timeout.InfiniteTimeSpan) throw new ArgumentOutOfRangeException(nameof(timeout));
        using HandleLease lease = Lease();
        _source.Wait(timeout, out bool isReady).ThrowIfError("wait for changes");
        return isReady;
    }

    /// <inheritdoc/>
    protected override bool ReleaseHandle()
    {
        _source.Dispose();
        return base.ReleaseHandle();
    }
}
