using System.Runtime.InteropServices;

using Gabbro.Scheduler.Atomics;

namespace Gabbro.Scheduler.Deques;

/// <summary>
/// The words of a Chase-Lev deque: top is written by thieves, bottom by the owner, each on its own cache line, the
/// owner's notes beside bottom. A type of its own because generic types cannot have explicit layout.
/// </summary>
[StructLayout(LayoutKind.Explicit, Size = 4 * CacheLine.Size)]
internal struct ChaseLevIndices
{
    [FieldOffset(CacheLine.Size)]
    public long Top;

    [FieldOffset(2 * CacheLine.Size)]
    public long Bottom;

    /// <summary>The owner's own copy of bottom.</summary>
    [FieldOffset((2 * CacheLine.Size) + 8)]
    public long OwnerBottom;

    /// <summary>A top the owner has seen; top only grows, so the deque holds at most bottom minus this.</summary>
    [FieldOffset((2 * CacheLine.Size) + 16)]
    public long OwnerTop;

    /// <summary>Slots of items below this index hold no reference any more.</summary>
    [FieldOffset((2 * CacheLine.Size) + 24)]
    public long Forgotten;
}
