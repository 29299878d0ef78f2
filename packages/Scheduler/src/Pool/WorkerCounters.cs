using System.Runtime.InteropServices;

using Gabbro.Scheduler.Atomics;

namespace Gabbro.Scheduler;

/// <summary>Plain counts of one worker, written by it alone, on lines of their own. Readers see them a little late.</summary>
[StructLayout(LayoutKind.Explicit, Size = (2 * CacheLine.Size) + 64)]
internal struct WorkerCounters
{
    [FieldOffset(CacheLine.Size)]
    public long Steals;

    [FieldOffset(CacheLine.Size + 8)]
    public long FailedSteals;

    [FieldOffset(CacheLine.Size + 16)]
    public long LostRaces;

    [FieldOffset(CacheLine.Size + 24)]
    public long Parks;

    [FieldOffset(CacheLine.Size + 40)]
    public long Jobs;

    [FieldOffset(CacheLine.Size + 48)]
    public long Shares;
}
