using Gabbro.Storage.FileSystem;

namespace Gabbro.Storage.Tests.Simulation;

/// <summary>
/// A file system in memory that can lose power: every byte and every name is kept twice, as the processes see it and as
/// the disk has it. What was not synced may survive in any part and any order.
/// </summary>
/// <remarks>
/// <see cref="Kill"/> gives what the next process finds after kill -9, <see cref="PowerFailure"/> what the next boot
/// finds; both stop this machine, so that threads left over from the dead process cannot write any more.
/// </remarks>
public sealed class SimulatedFileSystem : IStorageFileSystem
{
    private readonly Lock _lock = new();
    private readonly Dictionary<string, SimulatedInode> _names = [];
    private readonly Dictionary<string, SimulatedInode> _durableNames = [];
    private readonly List<DirectoryChange> _pending = [];
    private readonly HashSet<string> _directories = ["/"];
    private bool _stopped;
    private long _operations;
    private int _boot;

    /// <summary>Asked before every call; the default lets everything succeed. Runs under the file system's lock.</summary>
    public Func<FileOperation, Fault>? Faults { get; set; }

    /// <summary>How far a file may grow once it has been mapped.</summary>
    public long MappedCapacity { get; set; } = 1 << 20;

    /// <summary>Whether hard links work.</summary>
    public bool SupportsLinks { get; set; } = true;

    /// <summary>Whether the machine has stopped.</summary>
    public bool IsStopped
    {
        get
        {
            lock (_lock)
                return _stopped;
        }
    }

    /// <summary>Calls so far.</summary>
    public long OperationCount => Interlocked.Read(ref _operations);

    /// <inheritdoc/>
    public string BootIdentity => $"boot-{_boot}";

    internal Lock SyncRoot => _lock;

    /// <summary>Every name with its length, for a test's eyes.</summary>
    public IReadOnlyDictionary<string, long> Files
    {
        get
        {
            lock (_lock)
                return _names.ToDictionary(p => p.Key, p => p.Value.Length);
        }
    }

    /// <summary>Stops the machine: every later call throws <see cref="MachineStoppedException"/>.</summary>
    public void Stop()
    {
        lock (_lock)
            _stopped = true;
    }

    /// <summary>What the next process finds after this one was killed: all that was written, synced or not.</summary>
    public SimulatedFileSystem Kill()
    {
        lock (_lock)
        {
            _stopped = true;
            var next = NewMachine();
            next._boot = _boot;
            var copies = new Dictionary<SimulatedInode, SimulatedInode>();
            SimulatedInode CopyOf(SimulatedInode inode)
            {
                if (!copies.TryGetValue(inode, out var copy))
                    copies[inode] = copy = inode.Copy();
                return copy;
            }

            foreach (var (name, inode) in _names)
                next._names[name] = CopyOf(inode);
            foreach (var (name, inode) in _durableNames)
                next._durableNames[name] = CopyOf(inode);
            foreach (var change in _pending)
                next._pending.Add(change with { Inode = change.Inode is null ? null : CopyOf(change.Inode) });
            return next;
        }
    }

    /// <summary>What the next boot finds after the power went.</summary>
    public SimulatedFileSystem PowerFailure(Random random, PowerFailureMode mode = PowerFailureMode.Random)
    {
        lock (_lock)
        {
            _stopped = true;
            var names = new Dictionary<string, SimulatedInode>(_durableNames);
            var prefix = random.Next(_pending.Count + 1);
            for (var i = 0; i < _pending.Count; i++)
            {
                var survives = mode switch
                {
                    PowerFailureMode.DropAll => false,
                    PowerFailureMode.KeepAll => true,
                    PowerFailureMode.Random => i < prefix,
                    _ => random.Next(2) == 0,
                };
                if (survives)
                    _pending[i].Apply(names);
            }

            var next = NewMachine();
            next._boot = _boot + 1;
            var copies = new Dictionary<SimulatedInode, SimulatedInode>();
            foreach (var (name, inode) in names.OrderBy(p => p.Key, StringComparer.Ordinal))
            {
                if (!copies.TryGetValue(inode, out var copy))
                    copies[inode] = copy = inode.AfterPowerFailure(random, mode);
                next._names[name] = copy;
                next._durableNames[name] = copy;
            }

            return next;
        }
    }

    /// <summary>A second machine with the same disk, both running on: to try several fates from one state.</summary>
    public SimulatedFileSystem Fork()
    {
        lock (_lock)
        {
            var wasStopped = _stopped;
            var next = Kill();
            _stopped = wasStopped;
            return next;
        }
    }

    /// <summary>Changes stored bytes behind the engine's back.</summary>
    public void Damage(string path, Func<byte[], byte[]> change)
    {
        lock (_lock)
        {
            var inode = Find(path);
            var bytes = change(inode.Current.AsSpan(0, (int)inode.Length).ToArray());
            inode.EnsureCapacity(bytes.Length, 0);
            inode.Current.AsSpan().Clear();
            bytes.CopyTo(inode.Current, 0);
            inode.Length = bytes.Length;
            inode.Durable = (byte[])bytes.Clone();
        }
    }

    /// <inheritdoc/>
    public IStorageFile Open(string path, StorageFileMode mode)
    {
        lock (_lock)
        {
            Enter(FileOperationKind.Open, path);
            if (!_names.TryGetValue(path, out var inode))
            {
                if (mode is StorageFileMode.Read or StorageFileMode.ReadWrite)
                    throw new StorageException(StorageErrorKind.NotFound, $"open {path}: no such file", path);
                if (!_directories.Contains(Path.GetDirectoryName(path)!))
                    throw new StorageException(StorageErrorKind.NotFound, $"open {path}: no such directory", path);
                inode = new SimulatedInode();
                Change(new DirectoryChange(null, path, inode));
            }
            else if (mode == StorageFileMode.CreateNew)
            {
                throw new StorageException(StorageErrorKind.AlreadyExists, $"open {path}: exists", path);
            }

            return new SimulatedFile(this, inode, path, mode != StorageFileMode.Read);
        }
    }

    /// <inheritdoc/>
    public bool FileExists(string path)
    {
        lock (_lock)
            return _names.ContainsKey(path);
    }

    /// <inheritdoc/>
    public bool DirectoryExists(string path)
    {
        lock (_lock)
            return _directories.Contains(path);
    }

    /// <inheritdoc/>
    public void CreateDirectory(string path)
    {
        lock (_lock)
        {
            Enter(FileOperationKind.CreateDirectory, path);
            for (var p = path; p is not null; p = Path.GetDirectoryName(p))
                _directories.Add(p);
        }
    }

    /// <inheritdoc/>
    public IReadOnlyList<string> List(string directory)
    {
        lock (_lock)
        {
            Enter(FileOperationKind.List, directory);
            if (!_directories.Contains(directory))
                throw new StorageException(StorageErrorKind.NotFound, $"list {directory}: no such directory", directory);
            return _names.Keys.Where(n => Path.GetDirectoryName(n) == directory).Select(n => Path.GetFileName(n)!).ToArray();
        }
    }

    /// <inheritdoc/>
    public void Delete(string path)
    {
        lock (_lock)
        {
            Enter(FileOperationKind.Delete, path);
            Find(path);
            Change(new DirectoryChange(path, null, null));
        }
    }

    /// <inheritdoc/>
    public void Rename(string source, string destination)
    {
        lock (_lock)
        {
            Enter(FileOperationKind.Rename, source);
            Change(new DirectoryChange(source, destination, Find(source)));
        }
    }

    /// <inheritdoc/>
    public void CreateHardLink(string existing, string link)
    {
        lock (_lock)
        {
            Enter(FileOperationKind.Link, link);
            if (!SupportsLinks)
                throw new StorageException(StorageErrorKind.NotSupported, $"link {link}: not supported", link);
            if (_names.ContainsKey(link))
                throw new StorageException(StorageErrorKind.AlreadyExists, $"link {link}: exists", link);
            Change(new DirectoryChange(null, link, Find(existing)));
        }
    }

    /// <inheritdoc/>
    public void SyncDirectory(string path)
    {
        lock (_lock)
        {
            Enter(FileOperationKind.SyncDirectory, path);
            foreach (var change in _pending.Where(c => c.Touches(path)).ToArray())
            {
                change.Apply(_durableNames);
                _pending.Remove(change);
            }
        }
    }

    // Counts the call and lets the fault of the day take it. The lock is held, so faults see calls in one order.
    internal Fault Enter(FileOperationKind kind, string path, long offset = 0, long length = 0)
    {
        if (_stopped)
            throw new MachineStoppedException();
        var operation = new FileOperation(++_operations, kind, path, offset, length);
        var fault = Faults?.Invoke(operation) ?? Fault.None;
        switch (fault.Kind)
        {
            case FaultKind.Stop:
                _stopped = true;
                throw new MachineStoppedException();
            case FaultKind.Fail:
                throw new StorageException(fault.Error, $"{kind} {path}: injected {fault.Error} at call {_operations}", path);
            default:
                return fault;
        }
    }

    private SimulatedFileSystem NewMachine()
    {
        var next = new SimulatedFileSystem { MappedCapacity = MappedCapacity, SupportsLinks = SupportsLinks };
        next._directories.UnionWith(_directories);
        return next;
    }

    private void Change(DirectoryChange change)
    {
        change.Apply(_names);
        _pending.Add(change);
    }

    private SimulatedInode Find(string path) =>
        _names.TryGetValue(path, out var inode)
            ? inode
            : throw new StorageException(StorageErrorKind.NotFound, $"{path}: no such file", path);
}
