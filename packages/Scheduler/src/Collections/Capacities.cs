using System.Numerics;

namespace Gabbro.Scheduler.Collections;

internal static class Capacities
{
    /// <summary>The power of two at or above a capacity.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Not from 1 to 2^30.</exception>
    public static int Check(int capacity)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(capacity, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(capacity, 1 << 30);
        return (int)BitOperations.RoundUpToPowerOf2((uint)capacity);
    }
}
