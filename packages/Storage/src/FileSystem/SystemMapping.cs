using Gabbro.Platform.Memory;

namespace Gabbro.Storage.FileSystem;

/// <summary>A mapping of a file of the machine.</summary>
internal sealed unsafe class SystemMapping(FileMapping mapping) : IStorageMapping
{
    public byte* Address { get; } = mapping.Pointer;

    public long Length { get; } = (long)mapping.Length;

    public void Dispose() => mapping.Dispose();
}
