using Gabbro.Storage.FileSystem;

namespace Gabbro.Storage.Tests.Simulation;

internal sealed class SimulatedFile(SimulatedFileSystem system, SimulatedInode inode, string path, bool writable) : IStorageFile
{
    private bool _disposed;

    public string Path => path;

    public long Length
    {
        get
        {
            lock (system.SyncRoot)
            {
                ObjectDisposedException.ThrowIf(_disposed, this);
                return inode.Length;
            }
        }
    }

    public int Read(long offset, Span<byte> buffer)
    {
        lock (system.SyncRoot)
        {
            Enter(FileOperationKind.Read, offset, buffer.Length);
            var count = (int)Math.Clamp(inode.Length - offset, 0, buffer.Length);
            if (count > 0)
                inode.Current.AsSpan((int)offset, count).CopyTo(buffer);
            return count;
        }
    }

    public void Write(long offset, ReadOnlySpan<byte> data)
    {
        lock (system.SyncRoot)
        {
            RequireWritable();
            var fault = Enter(FileOperationKind.Write, offset, data.Length);
            if (fault.Kind == FaultKind.Short)
                data = data[..Math.Min(fault.Bytes, data.Length)];
            inode.EnsureCapacity(offset + data.Length, 0);
            data.CopyTo(inode.Current.AsSpan((int)offset));
            inode.Length = Math.Max(inode.Length, offset + data.Length);
            if (fault.Kind == FaultKind.Short)
                throw new StorageException(fault.Error, $"write {path}: injected {fault.Error} after {data.Length} bytes", path);
        }
    }

    public void Sync() => SyncData();

    public void SyncData()
    {
        lock (system.SyncRoot)
        {
            Enter(FileOperationKind.Sync, 0, inode.Length);
            inode.MakeDurable();
        }
    }

    public void SetLength(long length)
    {
        lock (system.SyncRoot)
        {
            RequireWritable();
            Enter(FileOperationKind.SetLength, length, 0);
            inode.EnsureCapacity(length, 0);
            if (length < inode.Length)
                inode.Current.AsSpan((int)length, (int)(inode.Length - length)).Clear();
            inode.Length = length;
        }
    }

    public void Preallocate(long length)
    {
        lock (system.SyncRoot)
        {
            RequireWritable();
            Enter(FileOperationKind.Preallocate, length, 0);
            inode.EnsureCapacity(length, 0);
            inode.Length = Math.Max(inode.Length, length);
        }
    }

    public IStorageMapping Map(long offset, long length, bool writable)
    {
        lock (system.SyncRoot)
        {
            Enter(FileOperationKind.Map, offset, length);
            if (offset + length > inode.Length)
                throw new StorageException(StorageErrorKind.Io, $"map {path}: past the end", path);
            inode.EnsureCapacity(Math.Max(system.MappedCapacity, inode.Length), 0);
            inode.MappingCount++;
            return new SimulatedMapping(system, inode, offset, length);
        }
    }

    public IStorageMapping MapGrowing(long capacity, bool writable)
    {
        lock (system.SyncRoot)
        {
            Enter(FileOperationKind.Map, 0, capacity);
            var length = Math.Min(capacity, Math.Max(system.MappedCapacity, inode.Length));
            inode.EnsureCapacity(length, 0);
            inode.MappingCount++;
            return new SimulatedMapping(system, inode, 0, length);
        }
    }

    public bool TryLock(long offset, long length, bool exclusive)
    {
        lock (system.SyncRoot)
        {
            Enter(FileOperationKind.Lock, offset, length);
            if (Conflicts(offset, length, exclusive))
                return false;
            Release(offset, length);
            inode.Locks.Add(new SimulatedLock(this, offset, offset + length, exclusive));
            return true;
        }
    }

    public bool Lock(long offset, long length, bool exclusive, TimeSpan timeout, CancellationToken cancellationToken = default)
    {
        var deadline = timeout == Timeout.InfiniteTimeSpan ? long.MaxValue : Environment.TickCount64 + (long)timeout.TotalMilliseconds;
        while (!TryLock(offset, length, exclusive))
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (Environment.TickCount64 >= deadline)
                return false;
            Thread.Yield();
        }

        return true;
    }

    public bool IsLockedElsewhere(long offset, long length, bool exclusive)
    {
        lock (system.SyncRoot)
        {
            Enter(FileOperationKind.Lock, offset, length);
            return Conflicts(offset, length, exclusive);
        }
    }

    public void Unlock(long offset, long length)
    {
        lock (system.SyncRoot)
        {
            Enter(FileOperationKind.Lock, offset, length);
            Release(offset, length);
        }
    }

    public void Dispose()
    {
        lock (system.SyncRoot)
        {
            if (_disposed)
                return;
            _disposed = true;
            inode.Locks.RemoveAll(l => ReferenceEquals(l.Owner, this));
        }
    }

    private Fault Enter(FileOperationKind kind, long offset, long length)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        return system.Enter(kind, path, offset, length);
    }

    private void RequireWritable()
    {
        if (!writable)
            throw new StorageException(StorageErrorKind.ReadOnly, $"write {path}: opened for reading", path);
    }

    private bool Conflicts(long offset, long length, bool exclusive) =>
        inode.Locks.Any(l => !ReferenceEquals(l.Owner, this) && l.Meets(offset, offset + length) && (exclusive || l.Exclusive));

    // As the system does: what an owner holds around a released range stays held.
    private void Release(long offset, long length)
    {
        var end = offset + length;
        foreach (var held in inode.Locks.Where(l => ReferenceEquals(l.Owner, this) && l.Meets(offset, end)).ToArray())
        {
            inode.Locks.Remove(held);
            if (held.Start < offset)
                inode.Locks.Add(held with { End = offset });
            if (held.End > end)
                inode.Locks.Add(held with { Start = end });
        }
    }
}
