namespace Gabbro.Scheduler.Algorithms;

/// <summary>The order of the keys, for buckets too short for radix passes.</summary>
internal readonly struct RadixComparer<T, TKey> : IComparer<T>
    where T : unmanaged
    where TKey : struct, IRadixKey<T>
{
    public int Compare(T x, T y) => TKey.Of(x).CompareTo(TKey.Of(y));
}
