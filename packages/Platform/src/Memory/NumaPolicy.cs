namespace Gabbro.Platform.Memory;

/// <summary>Which memory nodes back a range (set_mempolicy(2)).</summary>
public enum NumaPolicy : byte
{
    /// <summary>The node of the processor that first touches a page.</summary>
    Default = 0,

    /// <summary>The first node given while it has memory, then others.</summary>
    Preferred = 1,

    /// <summary>The nodes given and no other.</summary>
    Bind = 2,

    /// <summary>Page by page over the nodes given.</summary>
    Interleave = 3,
}
