using System.Runtime.InteropServices;
using Gabbro.Storage.FileSystem;

namespace Gabbro.Storage.BTree.Engine;

/// <summary>Stands in for the lock file where nothing can be written: memory of this process, locks that nobody contests.</summary>
internal sealed unsafe class PrivateLockFile(string path) : IStorageFile
{
    // The page table of a file that cannot grow: 16 bytes a page, allocated lazily by the system.
    private const long Capacity = 1L << 32;

    public string Path => path;

    public long Length => Capacity;

    public int Read(long offset, Span<byte> buffer) => throw Refuse();

    public void Write(long offset, ReadOnlySpan<byte> data) => throw Refuse();

    public void Sync()
    {
    }

    public void SyncData()
    {
    }

    public void SetLength(long length)
    {
    }

    public void Preallocate(long length)
    {
    }

    public IStorageMapping Map(long offset, long length, bool writable) => throw Refuse();

    public IStorageMapping MapGrowing(long capacity, bool writable) => new Memory();

    public bool TryLock(long offset, long length, bool exclusive) => true;

    public bool Lock(long offset, long length, bool exclusive, TimeSpan timeout, CancellationToken cancellationToken = default) => true;

    public bool IsLockedElsewhere(long offset, long length, bool exclusive) => false;

    public void Unlock(long offset, long length)
    {
    }

    public void Dispose()
    {
    }

    private NotSupportedException Refuse() => new($"{path} is memory of this process.");

    private sealed class Memory : IStorageMapping
    {
        private byte* _address = (byte*)NativeMemory.AllocZeroed(unchecked((nuint)Capacity));

        public byte* Address => _address;

        public long Length => Capacity;

        public long* FaultCounter => null;

        public void Dispose()
        {
            NativeMemory.Free(_address);
            _address = null;
        }
    }
}
