namespace Gabbro.Platform.Machine;

/// <summary>What a processor cache holds.</summary>
public enum CacheKind
{
    /// <summary>Data and instructions.</summary>
    Unified = 0,

    /// <summary>Data.</summary>
    Data,

    /// <summary>Instructions.</summary>
    Instruction,
}
