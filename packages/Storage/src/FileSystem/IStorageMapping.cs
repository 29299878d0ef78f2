namespace Gabbro.Storage.FileSystem;

/// <summary>A part of a file in memory, shared with every other user of the file.</summary>
public unsafe interface IStorageMapping : IDisposable
{
    /// <summary>The first byte; valid until the mapping is disposed.</summary>
    byte* Address { get; }

    /// <summary>Bytes mapped.</summary>
    long Length { get; }
}
