using Gabbro.Platform;
using Gabbro.Platform.Files;
using Gabbro.Platform.Locks;
using Gabbro.Platform.Memory;

namespace Gabbro.Storage.FileSystem;

/// <summary>A file of the machine.</summary>
internal sealed class SystemFile : IStorageFile
{
    private readonly FileHandle _handle;

    public SystemFile(string path, StorageFileMode mode)
    {
        Path = path;
        _handle = FileHandle.Open(path, mode switch
        {
            StorageFileMode.Read => FileOpenOptions.Read,
            StorageFileMode.ReadWrite => FileOpenOptions.ReadWrite,
            StorageFileMode.OpenOrCreate => FileOpenOptions.OpenOrCreate,
            _ => FileOpenOptions.CreateNew,
        });
        try
        {
            // Unix opens a directory for reading without complaint.
            if (_handle.GetStatus().Type is FileType.Directory)
                throw new StorageException(StorageErrorKind.NotSupported, $"open {path}: it is a directory", path);
        }
        catch
        {
            _handle.Dispose();
            throw;
        }
    }

    public string Path { get; }

    public long Length
    {
        get
        {
            try
            {
                return _handle.Length;
            }
            catch (PlatformException e)
            {
                throw SystemErrors.Translate("measure", Path, e);
            }
        }
    }

    public int Read(long offset, Span<byte> buffer)
    {
        try
        {
            return _handle.ReadFullyAt(buffer, offset);
        }
        catch (PlatformException e)
        {
            throw SystemErrors.Translate("read", Path, e);
        }
    }

    public void Write(long offset, ReadOnlySpan<byte> data)
    {
        try
        {
            _handle.WriteAllAt(data, offset);
        }
        catch (PlatformException e)
        {
            throw SystemErrors.Translate("write", Path, e);
        }
    }

    public void Sync()
    {
        try
        {
            _handle.Sync();
        }
        catch (PlatformException e)
        {
            throw SystemErrors.Translate("sync", Path, e);
        }
    }

    public void SyncData()
    {
        try
        {
            _handle.SyncData();
        }
        catch (PlatformException e)
        {
            throw SystemErrors.Translate("sync", Path, e);
        }
    }

    public void SetLength(long length)
    {
        try
        {
            _handle.SetLength(length);
        }
        catch (PlatformException e)
        {
            throw SystemErrors.Translate("set length of", Path, e);
        }
    }

    public void Preallocate(long length)
    {
        if (length <= 0)
            return;
        try
        {
            _handle.Allocate(0, length);
        }
        catch (PlatformException e) when (e.Kind == ErrorKind.NotSupported)
        {
            // A file system without reservations: the length at least is made, and space is found at each write.
            if (Length < length)
                SetLength(length);
        }
        catch (PlatformException e)
        {
            throw SystemErrors.Translate("allocate", Path, e);
        }
    }

    public IStorageMapping Map(long offset, long length, bool writable) => Map(offset, length, writable, mayGrow: false);

    public IStorageMapping MapGrowing(long capacity, bool writable) => Map(0, capacity, writable, mayGrow: true);

    public bool TryLock(long offset, long length, bool exclusive)
    {
        var error = FileLock.TryLock(_handle, new ByteRange(offset, length), Mode(exclusive));
        if (error.Kind is ErrorKind.LockBusy or ErrorKind.WouldBlock)
            return false;
        ThrowIfError("lock", error);
        return true;
    }

    public bool Lock(long offset, long length, bool exclusive, TimeSpan timeout, CancellationToken cancellationToken = default)
    {
        var error = FileLock.Lock(_handle, new ByteRange(offset, length), Mode(exclusive), timeout, cancellationToken);
        if (error.Kind == ErrorKind.TimedOut)
            return false;
        ThrowIfError("lock", error);
        return true;
    }

    public bool IsLockedElsewhere(long offset, long length, bool exclusive)
    {
        try
        {
            return FileLock.TryFindConflict(_handle, new ByteRange(offset, length), Mode(exclusive), out _);
        }
        catch (PlatformException e)
        {
            throw SystemErrors.Translate("query a lock of", Path, e);
        }
    }

    public void Unlock(long offset, long length) =>
        ThrowIfError("unlock", FileLock.Unlock(_handle, new ByteRange(offset, length)));

    public void Dispose() => _handle.Dispose();

    private static LockMode Mode(bool exclusive) => exclusive ? LockMode.Exclusive : LockMode.Shared;

    private SystemMapping Map(long offset, long length, bool writable, bool mayGrow)
    {
        if (!mayGrow && offset + length > Length)
            throw new StorageException(StorageErrorKind.Io, $"map {Path}: {offset}+{length} passes the end of the file", Path);
        try
        {
            var access = writable ? FileMappingAccess.ReadWrite : FileMappingAccess.Read;
            return new SystemMapping(FileMapping.Create(_handle, offset, (nuint)length, access));
        }
        catch (PlatformException e)
        {
            throw SystemErrors.Translate("map", Path, e);
        }
    }

    private void ThrowIfError(string operation, NativeError error)
    {
        if (error.IsError)
            throw SystemErrors.Translate(operation, Path, new PlatformException(operation, Path, error));
    }
}
