namespace Gabbro.Platform.Memory;

/// <summary>What may be done with pages of memory.</summary>
[Flags]
public enum MemoryProtection : byte
{
    /// <summary>Nothing: any access faults.</summary>
    None = 0,

    /// <summary>Reading.</summary>
    Read = 1,

    /// <summary>Writing (implies reading on every system).</summary>
    Write = 2,

    /// <summary>Running code.</summary>
    Execute = 4,

    /// <summary>Reading and writing.</summary>
    ReadWrite = Read | Write,
}
