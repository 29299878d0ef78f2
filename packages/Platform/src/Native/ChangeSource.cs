using Gabbro.Platform.Files;

namespace Gabbro.Platform.Native;

/// <summary>A system's way to tell changes of files, behind <see cref="ChangeWatcher"/>. Disposing ends it before its handle is closed.</summary>
internal abstract class ChangeSource : IDisposable
{
    /// <summary>What becomes ready when there are changes; the watcher closes it.</summary>
    internal abstract nint Handle { get; }

    internal abstract NativeError Add(ReadOnlySpan<byte> path, ChangeKinds kinds, bool subtree, out int watch);

    internal abstract NativeError Remove(int watch);

    /// <summary>Takes a change without waiting. False with no error: there is none.</summary>
    internal abstract bool TryRead(out WatchedChange change, out NativeError error);

    internal abstract NativeError Wait(TimeSpan timeout, out bool isReady);

    public abstract void Dispose();
}
