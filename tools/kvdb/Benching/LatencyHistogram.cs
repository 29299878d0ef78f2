using System.Numerics;

namespace Gabbro.Tools.Kvdb.Benching;

/// <summary>Durations in log-linear buckets: 32 a power of two, so a percentile is within 3 %.</summary>
internal sealed class LatencyHistogram
{
    private const int SubBits = 5;
    private readonly long[] _buckets = new long[64 << SubBits];

    public long Count { get; private set; }

    public long Max { get; private set; }

    public void Add(long ticks)
    {
        _buckets[Bucket((ulong)Math.Max(0, ticks))]++;
        Count++;
        if (ticks > Max)
            Max = ticks;
    }

    public void Add(LatencyHistogram other)
    {
        for (var i = 0; i < _buckets.Length; i++)
            _buckets[i] += other._buckets[i];
        Count += other.Count;
        Max = Math.Max(Max, other.Max);
    }

    /// <summary>The duration that a share of all did not exceed, in ticks.</summary>
    public double Percentile(double share)
    {
        var target = (long)Math.Ceiling(Count * share);
        long seen = 0;
        for (var i = 0; i < _buckets.Length; i++)
        {
            seen += _buckets[i];
            if (seen >= target && seen > 0)
                return Middle(i);
        }

        return Max;
    }

    /// <summary>How many durations lie in each range of powers of two, from the least to the greatest seen; ticks.</summary>
    public IReadOnlyList<(double From, double To, long Count)> ByPowersOfTwo()
    {
        var counts = new long[64];
        for (var i = 0; i < _buckets.Length; i++)
            counts[BitOperations.Log2((ulong)Math.Max(1, Middle(i)))] += _buckets[i];
        var first = Array.FindIndex(counts, c => c > 0);
        var last = Array.FindLastIndex(counts, c => c > 0);
        return first < 0 ? [] : Enumerable.Range(first, last - first + 1).Select(e => (Math.ScaleB(1, e), Math.ScaleB(1, e + 1), counts[e])).ToArray();
    }

    private static int Bucket(ulong ticks)
    {
        if (ticks < 1 << SubBits)
            return (int)ticks;
        var exponent = BitOperations.Log2(ticks) - SubBits;
        return ((exponent + 1) << SubBits) + (int)((ticks >> exponent) & ((1 << SubBits) - 1));
    }

    private static double Middle(int bucket)
    {
        if (bucket < 1 << SubBits)
            return bucket;
        var exponent = (bucket >> SubBits) - 1;
        return Math.ScaleB((1 << SubBits) + (bucket & ((1 << SubBits) - 1)) + 0.5, exponent);
    }
}
