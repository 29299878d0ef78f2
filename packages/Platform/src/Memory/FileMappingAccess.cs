namespace Gabbro.Platform.Memory;

/// <summary>How a file is mapped into memory.</summary>
public enum FileMappingAccess : byte
{
    /// <summary>For reading; writes by others to the file show.</summary>
    Read = 0,

    /// <summary>For reading and writing the file itself, shared with every other mapping and with reads and writes.</summary>
    ReadWrite = 1,

    /// <summary>For reading and writing a private copy: a page is copied when first written, the file never changes.</summary>
    CopyOnWrite = 2,
}
