using Gabbro.Platform;
using Gabbro.Platform.Files;
using Gabbro.Platform.Locks;
using Gabbro.Platform.Memory;

namespace Gabbro.Storage.FileSystem;

/// <summary>A file of the machine.</summary>
internal sealed class SystemFile : IStorageFile
{
    private const int ZeroChunk = 256 * 1024;
    private readonly FileHandle _handle;

    public SystemFile(string path, StorageFileMode mode)
    {
        Path = path;
        try
        {
            _handle = FileHandle.Open(path, mode switch
            {
                StorageFileMode.Read => FileOpenOptions.Read,
                StorageFileMode.ReadWrite => FileOpenOptions.ReadWrite,
                StorageFileMode.OpenOrCreate => FileOpenOptions.OpenOrCreate,
                _ => FileOpenOptions.CreateNew,
            });
        }
        catch (PlatformException e)
        {
            throw SystemErrors.Translate(e, path);
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
                throw SystemErrors.Translate(e, Path);
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
            throw SystemErrors.Translate(e, Path);
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
            throw SystemErrors.Translate(e, Path);
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
            throw SystemErrors.Translate(e, Path);
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
            throw SystemErrors.Translate(e, Path);
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
            throw SystemErrors.Translate(e, Path);
        }
    }

    public void Preallocate(long length)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(length);
        try
        {
            _handle.Allocate(0, length);
        }
        catch (PlatformException e) when (e.Kind is ErrorKind.NotSupported or ErrorKind.NotImplemented)
        {
            WriteZeros(length);
        }
        catch (PlatformException e)
        {
            throw SystemErrors.Translate(e, Path);
        }
    }

    public IStorageMapping Map(long offset, long length, bool writable)
    {
        try
        {
            return new SystemMapping(FileMapping.Create(
                _handle, offset, (nuint)length, writable ? FileMappingAccess.ReadWrite : FileMappingAccess.Read));
        }
        catch (PlatformException e)
        {
            throw SystemErrors.Translate(e, Path);
        }
    }

    // On Unix a mapping may pass the end of the file; what lies behind it becomes usable as the file grows.
    public IStorageMapping MapGrowing(long capacity, bool writable) => Map(0, capacity, writable);

    public bool TryLock(long offset, long length, bool exclusive) =>
        Succeeded(FileLock.TryLock(_handle, new ByteRange(offset, length), Mode(exclusive)));

    public bool Lock(long offset, long length, bool exclusive, TimeSpan timeout, CancellationToken cancellationToken = default) =>
        Succeeded(FileLock.Lock(_handle, new ByteRange(offset, length), Mode(exclusive), timeout, cancellationToken));

    public bool IsLockedElsewhere(long offset, long length, bool exclusive)
    {
        try
        {
            return FileLock.TryFindConflict(_handle, new ByteRange(offset, length), Mode(exclusive), out _);
        }
        catch (PlatformException e)
        {
            throw SystemErrors.Translate(e, Path);
        }
    }

    public void Unlock(long offset, long length) =>
        SystemErrors.ThrowIfError(FileLock.Unlock(_handle, new ByteRange(offset, length)), "unlock", Path);

    public void Dispose() => _handle.Dispose();

    private static LockMode Mode(bool exclusive) => exclusive ? LockMode.Exclusive : LockMode.Shared;

    private bool Succeeded(NativeError error)
    {
        if (error.Kind is ErrorKind.LockBusy or ErrorKind.WouldBlock or ErrorKind.TimedOut)
            return false;
        SystemErrors.ThrowIfError(error, "lock", Path);
        return true;
    }

    // Where the file system cannot reserve, written zeros do: a hole would fail later, at a store nobody can report.
    private void WriteZeros(long length)
    {
        var zeros = new byte[ZeroChunk];
        for (var offset = Length; offset < length;)
        {
            var count = (int)Math.Min(ZeroChunk, length - offset);
            Write(offset, zeros.AsSpan(0, count));
            offset += count;
        }
    }
}
