using System.ComponentModel;
using Gabbro.Platform.Files;
using Gabbro.Reactor.Tasks;

namespace Gabbro.Reactor.Files;

/// <summary>
/// Changes from the runtime's own watcher, for systems that tell them in another shape than a descriptor, and for simulated
/// loops. It tells them on threads of its own; a channel brings them to the loop.
/// </summary>
internal sealed class PortableWatchSource(EventLoop loop) : FileWatchSource
{
    /// <summary>Changes that may wait; past it some are lost, which is told.</summary>
    private const int Capacity = 4096;

    private readonly LoopChannel<FileEvent> _channel = new(loop, Capacity);
    private readonly Dictionary<int, FileSystemWatcher> _watchers = [];
    private int _next = 1;
    private uint _cookie;
    private int _lost;

    public override int Add(string path, FileChangeKinds kinds)
    {
        bool isDirectory = Directory.Exists(path);
        if ((!isDirectory && !File.Exists(path)) || (!isDirectory && kinds.HasFlag(FileChangeKinds.OnlyDirectory)))
            throw new FileNotFoundException($"'{path}' is not there to be watched.", path);
        string full = Path.GetFullPath(path);
        int watch = _next++;
        FileSystemWatcher watcher = isDirectory ? new(full) : new(Path.GetDirectoryName(full)!, Path.GetFileName(full));
        watcher.NotifyFilter = NotifyFilters.FileName | NotifyFilters.DirectoryName | NotifyFilters.LastWrite | NotifyFilters.Size
            | NotifyFilters.Attributes | NotifyFilters.Security;
        watcher.Created += (_, told) => Tell(watch, kinds, FileChangeKinds.Created, isDirectory ? told.Name : null, 0);
        watcher.Deleted += (_, told) => Tell(
            watch, kinds, isDirectory ? FileChangeKinds.Deleted : FileChangeKinds.DeletedItself, isDirectory ? told.Name : null, 0);
        watcher.Changed += (_, told) => Tell(watch, kinds, FileChangeKinds.Modified, isDirectory ? told.Name : null, 0);
        watcher.Renamed += (_, told) =>
        {
            if (!isDirectory)
            {
                Tell(watch, kinds, FileChangeKinds.MovedItself, null, 0);
                return;
            }

            uint cookie = Interlocked.Increment(ref _cookie);
            Tell(watch, kinds, FileChangeKinds.MovedFrom, told.OldName, cookie);
            Tell(watch, kinds, FileChangeKinds.MovedTo, told.Name, cookie);
        };
        watcher.Error += (_, told) => Fail(watch, told.GetException());
        _watchers.Add(watch, watcher);
        try
        {
            watcher.EnableRaisingEvents = true;
        }
        catch
        {
            _watchers.Remove(watch);
            watcher.Dispose();
            throw;
        }

        return watch;
    }

    public override bool Remove(int watch)
    {
        if (!_watchers.Remove(watch, out FileSystemWatcher? watcher))
            return false;
        watcher.Dispose();
        Put(new FileEvent(watch, FileChangeKinds.WatchEnded, string.Empty, 0));
        return true;
    }

    public override async ValueTask<FileEvent> ReadAsync(CancellationToken cancellationToken)
    {
        // What was lost is told behind what was kept, which is where it was lost.
        if (_channel.Count == 0 && Interlocked.Exchange(ref _lost, 0) != 0)
            return new FileEvent(-1, FileChangeKinds.Overflow, string.Empty, 0);
        return await _channel.ReadAsync(cancellationToken);
    }

    public override void Dispose()
    {
        foreach (FileSystemWatcher watcher in _watchers.Values)
            watcher.Dispose();
        _watchers.Clear();
        _channel.Complete();
    }

    private void Tell(int watch, FileChangeKinds wanted, FileChangeKinds kind, string? name, uint cookie)
    {
        if ((wanted & kind) != 0)
            Put(new FileEvent(watch, kind, name ?? string.Empty, cookie));
    }

    private void Fail(int watch, Exception exception)
    {
        if (exception is InternalBufferOverflowException)
            Volatile.Write(ref _lost, 1);
        else if (exception is Win32Exception)
            Put(new FileEvent(watch, FileChangeKinds.WatchEnded, string.Empty, 0));
    }

    private void Put(FileEvent change)
    {
        if (!_channel.TryWrite(change))
            Volatile.Write(ref _lost, 1);
    }
}
