using System.Runtime.InteropServices;

using Gabbro.Scheduler.Atomics;

namespace Gabbro.Scheduler.Collections;

/// <summary>
/// The two ends of a ring, each on its own pair of cache lines with its side's notes beside it. 64-bit, so they never wrap.
/// </summary>
[StructLayout(LayoutKind.Explicit, Size = 4 * CacheLine.Size)]
internal struct RingIndices
{
    [FieldOffset(CacheLine.Size)]
    public long Head;

    /// <summary>The consumer's copy of tail, in a queue with one consumer.</summary>
    [FieldOffset(CacheLine.Size + 8)]
    public long SeenTail;

    [FieldOffset(CacheLine.Size + 16)]
    public long HeadRetries;

    [FieldOffset(2 * CacheLine.Size)]
    public long Tail;

    /// <summary>The producer's copy of head, in a queue with one producer.</summary>
    [FieldOffset((2 * CacheLine.Size) + 8)]
    public long SeenHead;

    [FieldOffset((2 * CacheLine.Size) + 16)]
    public long TailRetries;
}
