namespace Gabbro.Platform.Processes;

/// <summary>Where a standard stream of a child leads.</summary>
public enum StandardStreamKind
{
    /// <summary>The same place as the parent's.</summary>
    Inherit = 0,

    /// <summary>Nowhere: reads end at once, writes vanish.</summary>
    Null,

    /// <summary>A new pipe, whose other end the parent holds.</summary>
    Pipe,

    /// <summary>A handle of the parent's.</summary>
    Handle,

    /// <summary>Standard error only: the same place as the child's standard output.</summary>
    StandardOutput,
}
