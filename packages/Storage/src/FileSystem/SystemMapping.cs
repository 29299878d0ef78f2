using Gabbro.Platform.Memory;

namespace Gabbro.Storage.FileSystem;

/// <summary>A mapping of a file of the machine, guarded against truncation of the file where the system allows.</summary>
internal sealed unsafe class SystemMapping : IStorageMapping
{
    private readonly FileMapping _mapping;

    public SystemMapping(FileMapping mapping)
    {
        _mapping = mapping;
        Address = mapping.Pointer;
        Length = (long)mapping.Length;
        // Without a guard (other systems, or too many mappings) truncation by another program stays what it is there.
        if (!mapping.TryGuard().IsError)
            FaultCounter = mapping.FaultCounter;
    }

    public byte* Address { get; }

    public long Length { get; }

    public long* FaultCounter { get; }

    // A system that does not know the advice makes the pages at the first store, as ever.
    public void Prefault() => _mapping.Advise(0, _mapping.Length, MemoryAdvice.PopulateWrite);

    public void Dispose() => _mapping.Dispose();
}
