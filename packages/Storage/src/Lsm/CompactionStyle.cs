namespace Gabbro.Storage.Lsm;

/// <summary>How tables are merged.</summary>
public enum CompactionStyle
{
    /// <summary>Levels of growing size without overlap: least space and fewest tables to read.</summary>
    Leveled,

    /// <summary>Whole sorted runs of similar size: least write amplification, up to twice the space.</summary>
    Universal,
}
