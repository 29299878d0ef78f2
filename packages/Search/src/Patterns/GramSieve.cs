using System.Numerics;
using System.Runtime.CompilerServices;

namespace Gabbro.Search.Patterns;

/// <summary>
/// A filter for hundreds of patterns and more: of the haystack only every few bytes one gram (two to eight bytes) is looked
/// up in a bitmap that holds the grams of all patterns. If patterns have at least q + k - 1 bytes, then whatever matches holds
/// one of the grams at every k-th byte within its first k offsets. (After Karp and Rabin 1987, and the sampling of
/// q-grams in Salmela, Tarhio and Kytöjoki, "Multipattern string matching with q-grams", JEA 11, 2006.)
/// </summary>
/// <remarks>No vector instructions: one multiplication and one bit test for k bytes of haystack, so it is the same on all tiers.</remarks>
internal sealed unsafe class GramSieve
{
    private const ulong Multiplier = 0x9E3779B97F4A7C15;

    private readonly int _gram, _stride, _hashShift;
    private readonly ulong _fold;
    private readonly ulong[] _present;

    // By hash: bit stride - 1 - j if some pattern has such a gram at offset j, so that bits rise with the places they mean.
    private readonly byte[] _places;

    internal GramSieve(byte[][] patterns, bool ignoreCase, int shortest)
    {
        // Long grams are rare, far samples are few: what there is of the shortest pattern is divided between the two.
        _gram = shortest < 4 ? shortest : int.Min(8, (shortest + 4) / 2);
        _stride = int.Min(8, shortest - _gram + 1);
        _fold = ignoreCase ? 0x2020202020202020UL : 0;
        // One bit in 32 set passes few by accident; 2^20 bits still stay in the L2 cache.
        int bits = int.Clamp(BitOperations.Log2((uint)(patterns.Length * _stride)) + 6, 12, 20);
        _hashShift = 64 - bits;
        _present = new ulong[(1 << bits) / 64];
        _places = new byte[1 << bits];
        foreach (byte[] pattern in patterns)
        {
            for (int offset = 0; offset < _stride; offset++)
            {
                fixed (byte* start = pattern)
                {
                    uint hash = Hash(Slow(start + offset));
                    _present[hash >> 6] |= 1UL << (int)hash;
                    _places[hash] |= (byte)(1 << (_stride - 1 - offset));
                }
            }
        }
    }

    /// <summary>The next stretch of places of which one may begin a match.</summary>
    /// <param name="haystack">The text.</param>
    /// <param name="from">The first place.</param>
    /// <param name="limit">One past the last place at which the shortest pattern fits.</param>
    /// <param name="patterns">The patterns, which settle what passes.</param>
    /// <param name="width">The number of places in the stretch.</param>
    /// <param name="candidates">One bit for each place that may.</param>
    /// <returns>The first place of the stretch, or -1.</returns>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal nint Next(byte* haystack, nint from, nint limit, PackedPatterns patterns, out int width, out ulong candidates)
    {
        nint stride = _stride, sample = from + stride - 1, last = limit - 1;
        int shift = 64 - 8 * _gram, hashShift = _hashShift;
        ulong fold = _fold;
        // A gram is read as the end of eight bytes; the very first have to be put together.
        for (; sample < last && sample + _gram < 8; sample += stride)
            if (Settle(haystack, Hash(Slow(haystack + sample)), sample, from, patterns, out width, out candidates)) return sample - width + 1;
        fixed (ulong* present = _present)
        {
            byte* ends = haystack + _gram - 8;
            for (; sample + 3 * stride < last; sample += 4 * stride)
            {
                byte* at = ends + sample;
                uint h0 = (uint)(((Unsafe.ReadUnaligned<ulong>(at) | fold) >> shift) * Multiplier >> hashShift);
                uint h1 = (uint)(((Unsafe.ReadUnaligned<ulong>(at + stride) | fold) >> shift) * Multiplier >> hashShift);
                uint h2 = (uint)(((Unsafe.ReadUnaligned<ulong>(at + 2 * stride) | fold) >> shift) * Multiplier >> hashShift);
                uint h3 = (uint)(((Unsafe.ReadUnaligned<ulong>(at + 3 * stride) | fold) >> shift) * Multiplier >> hashShift);
                ulong b0 = present[h0 >> 6] >> (int)h0, b1 = present[h1 >> 6] >> (int)h1;
                ulong b2 = present[h2 >> 6] >> (int)h2, b3 = present[h3 >> 6] >> (int)h3;
                if (((b0 | b1 | b2 | b3) & 1) == 0) continue;
                nint found = (b0 & 1) != 0 ? sample : (b1 & 1) != 0 ? sample + stride : (b2 & 1) != 0 ? sample + 2 * stride : sample + 3 * stride;
                uint hash = (b0 & 1) != 0 ? h0 : (b1 & 1) != 0 ? h1 : (b2 & 1) != 0 ? h2 : h3;
                if (Settle(haystack, hash, found, from, patterns, out width, out candidates)) return found - width + 1;
                // None of them: go on right behind.
                sample = found - 3 * stride;
            }
        }
        while (from < limit)
        {
            sample = nint.Min(sample, last);
            if (Settle(haystack, Hash(Slow(haystack + sample)), sample, from, patterns, out width, out candidates)) return sample - width + 1;
            if (sample == last) break;
            sample += stride;
        }
        width = 0;
        candidates = 0;
        return -1;
    }

    // The places from which the gram at a sample is reached by a pattern whose ends fit as well.
    private bool Settle(byte* haystack, uint hash, nint sample, nint from, PackedPatterns patterns, out int width, out ulong candidates)
    {
        width = (int)nint.Min(_stride, sample - from + 1);
        ulong places = (ulong)_places[hash] >> (_stride - width);
        candidates = 0;
        for (; places != 0; places &= places - 1)
        {
            nint place = sample - width + 1 + BitOperations.TrailingZeroCount(places);
            if (patterns.MayMatch(haystack + place)) candidates |= places & (0 - places);
        }
        return candidates != 0;
    }

    // The same number as the end of eight bytes gives, read byte by byte.
    private ulong Slow(byte* at)
    {
        ulong gram = 0;
        for (int i = 0; i < _gram; i++) gram |= (ulong)(at[i] | (byte)_fold) << 8 * i;
        return gram;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private uint Hash(ulong gram) => (uint)(gram * Multiplier >> _hashShift);
}
