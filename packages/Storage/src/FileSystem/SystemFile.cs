using System.IO.MemoryMappedFiles;
using Gabbro.Platform;
using Gabbro.Platform.Files;
using Gabbro.Platform.Memory;
using Microsoft.Win32.SafeHandles;

namespace Gabbro.Storage.FileSystem;

/// <summary>A file of the machine.</summary>
internal sealed class SystemFile : IStorageFile
{
    private readonly FileStream _stream;
    private readonly SafeFileHandle _handle;
    private readonly bool _writable;

    public SystemFile(string path, StorageFileMode mode)
    {
        Path = path;
        _writable = mode != StorageFileMode.Read;
        _stream = new FileStream(
            path,
            mode switch
            {
                StorageFileMode.CreateNew => FileMode.CreateNew,
                StorageFileMode.OpenOrCreate => FileMode.OpenOrCreate,
                _ => FileMode.Open,
            },
            _writable ? FileAccess.ReadWrite : FileAccess.Read,
            FileShare.ReadWrite | FileShare.Delete,
            bufferSize: 0);
        _handle = _stream.SafeFileHandle;
    }

    public string Path { get; }

    public long Length => RandomAccess.GetLength(_handle);

    public int Read(long offset, Span<byte> buffer)
    {
        var total = 0;
        while (total < buffer.Length)
        {
            var count = RandomAccess.Read(_handle, buffer[total..], offset + total);
            if (count == 0)
                break;
            total += count;
        }

        return total;
    }

    public void Write(long offset, ReadOnlySpan<byte> data)
    {
        try
        {
            RandomAccess.Write(_handle, data, offset);
        }
        catch (IOException e)
        {
            throw SystemErrors.Translate("write", Path, e);
        }
    }

    public void Sync() => SyncData();

    public void SyncData()
    {
        try
        {
            RandomAccess.FlushToDisk(_handle);
        }
        catch (IOException e)
        {
            throw SystemErrors.Translate("sync", Path, e);
        }
    }

    public void SetLength(long length) => RandomAccess.SetLength(_handle, length);

    public void Preallocate(long length)
    {
        if (Length < length)
            SetLength(length);
    }

    public IStorageMapping Map(long offset, long length, bool writable) => new Mapping(_stream, offset, length, writable);

    public IStorageMapping MapGrowing(long capacity, bool writable)
    {
        using var file = FileHandle.FromDescriptor(_handle.DangerousGetHandle(), ownsHandle: false);
        try
        {
            return new GrowingMapping(FileMapping.Create(
                file, 0, (nuint)capacity, writable ? FileMappingAccess.ReadWrite : FileMappingAccess.Read));
        }
        catch (PlatformException e)
        {
            throw SystemErrors.Translate("map", Path, e);
        }
    }

    public bool TryLock(long offset, long length, bool exclusive)
    {
        try
        {
            if (OperatingSystem.IsMacOS())
                return true;
            _stream.Lock(offset, length);
            return true;
        }
        catch (IOException)
        {
            return false;
        }
    }

    public bool Lock(long offset, long length, bool exclusive, TimeSpan timeout, CancellationToken cancellationToken = default)
    {
        var deadline = timeout == Timeout.InfiniteTimeSpan ? long.MaxValue : Environment.TickCount64 + (long)timeout.TotalMilliseconds;
        while (!TryLock(offset, length, exclusive))
        {
            if (Environment.TickCount64 >= deadline)
                return false;
            cancellationToken.WaitHandle.WaitOne(1);
            cancellationToken.ThrowIfCancellationRequested();
        }

        return true;
    }

    public bool IsLockedElsewhere(long offset, long length, bool exclusive)
    {
        if (!TryLock(offset, length, exclusive))
            return true;
        Unlock(offset, length);
        return false;
    }

    public void Unlock(long offset, long length)
    {
        if (!OperatingSystem.IsMacOS())
            _stream.Unlock(offset, length);
    }

    public void Dispose() => _stream.Dispose();

    private sealed unsafe class GrowingMapping(FileMapping mapping) : IStorageMapping
    {
        public byte* Address { get; } = mapping.Pointer;

        public long Length { get; } = (long)mapping.Length;

        public void Dispose() => mapping.Dispose();
    }

    private sealed unsafe class Mapping : IStorageMapping
    {
        private readonly MemoryMappedFile _file;
        private readonly MemoryMappedViewAccessor _view;
        private bool _disposed;

        public Mapping(FileStream stream, long offset, long length, bool writable)
        {
            var access = writable ? MemoryMappedFileAccess.ReadWrite : MemoryMappedFileAccess.Read;
            _file = MemoryMappedFile.CreateFromFile(stream, null, 0, access, HandleInheritability.None, leaveOpen: true);
            _view = _file.CreateViewAccessor(offset, length, access);
            byte* address = null;
            _view.SafeMemoryMappedViewHandle.AcquirePointer(ref address);
            Address = address + _view.PointerOffset;
            Length = length;
        }

        public byte* Address { get; }

        public long Length { get; }

        public void Dispose()
        {
            if (_disposed)
                return;
            _disposed = true;
            _view.SafeMemoryMappedViewHandle.ReleasePointer();
            _view.Dispose();
            _file.Dispose();
        }
    }
}
