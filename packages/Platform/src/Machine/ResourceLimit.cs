namespace Gabbro.Platform.Machine;

/// <summary>A pair of limits on a resource.</summary>
/// <param name="Soft">What the kernel enforces; the process may raise it up to the hard limit.</param>
/// <param name="Hard">The ceiling; only a privileged process raises it.</param>
public readonly record struct ResourceLimit(ulong Soft, ulong Hard)
{
    /// <summary>The value that means no limit.</summary>
    public const ulong Unlimited = ulong.MaxValue;
}
