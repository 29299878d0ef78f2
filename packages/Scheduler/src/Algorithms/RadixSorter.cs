using System.Numerics;

using Gabbro.Scheduler.Jobs;

namespace Gabbro.Scheduler.Algorithms;

/// <summary>
/// Sorts primitive numbers without comparing them: one parallel distribution by the highest bits that differ, into a buffer,
/// then each bucket on its own, in cache, by its remaining bits from the lowest up, ending where the elements came from.
/// </summary>
/// <remarks>
/// A bucket of ten million random keys has 40,000 elements, 320 KiB, and stays in a second-level cache through its seven
/// passes; only the distribution goes through memory. A bucket that got too much (few distinct high bits) is distributed
/// again by itself.
/// </remarks>
internal sealed class RadixSorter<T, TKey>(WorkPool pool, Slice<T> items, Slice<T> buffer, CancellationToken cancellationToken)
    where T : unmanaged, IComparable<T>
    where TKey : struct, IRadixKey<T>
{
    private const int DigitBits = 8;
    private const int Buckets = 1 << DigitBits;

    /// <summary>Below this many elements a comparison sort of a bucket is faster than passes with 256 counters each.</summary>
    private const int ComparisonLength = 384;

    /// <summary>1 MiB of 64-bit keys and as much scratch: past this the passes would run from memory.</summary>
    private const int LocalLength = 1 << 17;

    public void Sort() => Sort(0, items.Length);

    private void Sort(int from, int to)
    {
        // One block per worker and some, so that a slow worker does not keep the others waiting.
        var blocks = Math.Min(4 * pool.ThreadCount, Math.Max(1, (to - from) >> 14));
        var work = new Distribution(this, from, to, blocks);
        Each(blocks, new Step(work, Phase.Extent));
        work.ChooseDigit();
        if (work.Shift < 0)
            return;
        Each(blocks, new Step(work, Phase.Count));
        work.ComputePlaces();
        Each(blocks, new Step(work, Phase.Scatter));
        RangeLoop.Run<Step, Nothing>(pool, new Step(work, Phase.Bucket), 0, Buckets, cancellationToken);
        for (var bucket = 0; bucket < Buckets; bucket++)
        {
            var (start, end) = work.BucketBounds(bucket);
            if (end - start > LocalLength)
                Sort(start, end);
        }
    }

    private void Each(int blocks, Step step) =>
        RangeLoop.Run<Step, Nothing>(pool, step, 0, blocks, cancellationToken, eager: true);

    /// <summary>Sorts what lies in the buffer back into the items, by the bits below <paramref name="bits"/>.</summary>
    private void SortBucket(int from, int to, int bits)
    {
        var source = buffer.Span(from, to);
        var target = items.Span(from, to);
        if (source.Length > LocalLength || bits == 0)
        {
            source.CopyTo(target);
            return;
        }

        if (source.Length <= ComparisonLength)
        {
            source.CopyTo(target);
            SerialSort<T, RadixComparer<T, TKey>>.Sort(target, default);
            return;
        }

        // An odd number of passes ends in the items. The widths differ by one bit at most.
        var passes = (bits + DigitBits - 1) / DigitBits;
        var extra = passes % 2 == 0;
        Span<int> counts = stackalloc int[Buckets];
        var low = 0;
        for (var pass = 0; pass < passes; pass++)
        {
            var width = (bits - low + (passes - pass) - 1) / (passes - pass);
            Pass(source, target, low, width, counts);
            low += width;
            var swap = source;
            source = target;
            target = swap;
        }

        if (extra)
            source.CopyTo(target);
    }

    private static void Pass(ReadOnlySpan<T> source, Span<T> target, int shift, int width, Span<int> counts)
    {
        counts.Clear();
        var mask = (1UL << width) - 1;
        foreach (var item in source)
            counts[(byte)((TKey.Of(item) >> shift) & mask)]++;
        var place = 0;
        for (var i = 0; i < Buckets; i++)
        {
            var count = counts[i];
            counts[i] = place;
            place += count;
        }

        foreach (var item in source)
            target[counts[(byte)((TKey.Of(item) >> shift) & mask)]++] = item;
    }

    private enum Phase
    {
        Extent,
        Count,
        Scatter,
        Bucket,
    }

    /// <summary>One distribution of a stretch.</summary>
    private sealed class Distribution(RadixSorter<T, TKey> sorter, int from, int to, int blocks)
    {
        private readonly ulong[] _ones = new ulong[blocks];
        private readonly ulong[] _zeros = new ulong[blocks];

        /// <summary>Counts per block and bucket, later places.</summary>
        private readonly int[] _places = new int[blocks * Buckets];
        private readonly int[] _starts = new int[Buckets + 1];

        /// <summary>Where the digit begins; negative when all keys are equal.</summary>
        public int Shift { get; private set; }

        public void Run(Phase phase, int number)
        {
            switch (phase)
            {
                case Phase.Extent:
                    Extent(number);
                    break;
                case Phase.Count:
                    Count(number);
                    break;
                case Phase.Scatter:
                    Scatter(number);
                    break;
                default:
                    sorter.SortBucket(BucketBounds(number).From, BucketBounds(number).To, Shift);
                    break;
            }
        }

        public (int From, int To) BucketBounds(int bucket) => (_starts[bucket], _starts[bucket + 1]);

        public void ChooseDigit()
        {
            ulong ones = 0, zeros = 0;
            for (var i = 0; i < blocks; i++)
            {
                ones |= _ones[i];
                zeros |= _zeros[i];
            }

            // Bits that are one somewhere and zero somewhere else.
            var differing = ones & zeros;
            Shift = differing == 0 ? -1 : Math.Max(0, BitOperations.Log2(differing) + 1 - DigitBits);
        }

        public void ComputePlaces()
        {
            var place = from;
            for (var bucket = 0; bucket < Buckets; bucket++)
            {
                _starts[bucket] = place;
                for (var block = 0; block < blocks; block++)
                {
                    ref var count = ref _places[(block * Buckets) + bucket];
                    (count, place) = (place, place + count);
                }
            }

            _starts[Buckets] = place;
        }

        private Span<T> Block(int number)
        {
            var length = (long)(to - from);
            return sorter.Items.Span(from + (int)(length * number / blocks), from + (int)(length * (number + 1) / blocks));
        }

        private void Extent(int number)
        {
            ulong ones = 0, all = ulong.MaxValue;
            foreach (var item in Block(number))
            {
                var key = TKey.Of(item);
                ones |= key;
                all &= key;
            }

            _ones[number] = ones;
            _zeros[number] = ~all;
        }

        private void Count(int number)
        {
            Span<int> counts = stackalloc int[Buckets];
            counts.Clear();
            var shift = Shift;
            foreach (var item in Block(number))
                counts[(byte)(TKey.Of(item) >> shift)]++;
            counts.CopyTo(_places.AsSpan(number * Buckets, Buckets));
        }

        private void Scatter(int number)
        {
            Span<int> places = stackalloc int[Buckets];
            _places.AsSpan(number * Buckets, Buckets).CopyTo(places);
            var shift = Shift;
            var target = sorter.Buffer;
            foreach (var item in Block(number))
                target[places[(byte)(TKey.Of(item) >> shift)]++] = item;
        }
    }

    private Slice<T> Items => items;

    private Slice<T> Buffer => buffer;

    private readonly struct Step(Distribution work, Phase phase) : IRangeFold<Nothing>
    {
        public Nothing Identity => default;

        public Nothing Fold(Nothing before, long from, long to, LoopControl control)
        {
            for (var i = (int)from; i < (int)to; i++)
                work.Run(phase, i);
            return default;
        }

        public Nothing Combine(Nothing left, Nothing right) => default;
    }
}
