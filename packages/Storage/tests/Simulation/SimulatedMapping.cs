using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Gabbro.Storage.FileSystem;

namespace Gabbro.Storage.Tests.Simulation;

/// <summary>A window on a simulated file; the array is pinned, so the address is good while this object is reachable.</summary>
internal sealed unsafe class SimulatedMapping : IStorageMapping
{
    private readonly SimulatedFileSystem _system;
    private readonly SimulatedInode _inode;
    private bool _disposed;

    public SimulatedMapping(SimulatedFileSystem system, SimulatedInode inode, long offset, long length)
    {
        _system = system;
        _inode = inode;
        Address = (byte*)Unsafe.AsPointer(ref MemoryMarshal.GetArrayDataReference(inode.Current)) + offset;
        Length = length;
    }

    public byte* Address { get; }

    public long Length { get; }

    // The array behind it never goes.
    public long* FaultCounter => null;

    public void Dispose()
    {
        lock (_system.SyncRoot)
        {
            if (_disposed)
                return;
            _disposed = true;
            _inode.MappingCount--;
        }
    }
}
