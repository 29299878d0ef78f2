using System.Runtime.InteropServices;

namespace Gabbro.Storage.Lsm.Epochs;

/// <summary>The epoch one thread reads in, on a cache line of its own.</summary>
[StructLayout(LayoutKind.Explicit, Size = 192)]
internal struct EpochSlot
{
    /// <summary>0 while the thread reads nothing, else the global epoch it saw when it began.</summary>
    [FieldOffset(64)]
    public long Active;

    /// <summary>Nested enters of the owning thread; only that thread touches it.</summary>
    [FieldOffset(72)]
    public int Depth;
}
