namespace Gabbro.Storage.FileSystem;

/// <summary>A part of a file in memory, shared with every other user of the file.</summary>
public unsafe interface IStorageMapping : IDisposable
{
    /// <summary>The first byte; valid until the mapping is disposed.</summary>
    byte* Address { get; }

    /// <summary>Bytes mapped.</summary>
    long Length { get; }

    /// <summary>
    /// Counts accesses to pages that the file no longer had because it was truncated behind the mapping; such a page reads
    /// as zeros from then on. Null where the system counts none: there such an access ends the process, or cannot happen.
    /// </summary>
    long* FaultCounter { get; }

    /// <summary>Has the system make the pages ready for stores, where it can; without it each first store does.</summary>
    void Prefault()
    {
    }
}
