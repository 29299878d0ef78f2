namespace Gabbro.Alloc;

/// <summary>Numbers for pools of every element type, from 1 on, so that threads can tell them apart.</summary>
internal static class PinnedArrayPoolIds
{
    private static ulong s_last;

    internal static ulong Next() => Interlocked.Increment(ref s_last);
}
