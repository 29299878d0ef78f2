using System.Numerics;
using System.Runtime.CompilerServices;
using Gabbro.Search.Kernels;

namespace Gabbro.Search.Patterns;

/// <summary>
/// Patterns prepared for the packed scan (Teddy, from Hyperscan: Wang et al., NSDI 2019): up to four chosen byte offsets,
/// eight or sixteen buckets, two nibble tables for each; and a hash of pattern beginnings that settles candidates.
/// </summary>
internal sealed unsafe class PackedPatterns
{
    /// <summary>More patterns than this make the filters pass too much: the automaton does better.</summary>
    internal const int MaxPatterns = 50_000;

    // Slim holds while a bucket is shared by few: with 32 patterns it still beats fat, with 64 no longer.
    private const int MaxSlimPatterns = 32;

    // From here on the sieve is faster than fat tables: their sixteen buckets are shared by too many.
    private const int MinSievePatterns = 64;

    private readonly byte[][] _patterns;
    private readonly bool _ignoreCase;
    private readonly int _hashBytes, _hashShift, _headShift;
    private readonly ulong[] _present;
    private readonly int[] _heads;
    private readonly int[] _next;
    private TeddyTables _tables;

    private PackedPatterns(byte[][] patterns, bool ignoreCase, int shortest)
    {
        _patterns = patterns;
        _ignoreCase = ignoreCase;
        Shortest = shortest;
        _hashBytes = shortest >= 8 ? 8 : int.Min(4, shortest);
        // A bit in 64 or so set, and at most one pattern in two heads.
        int hashBits = int.Clamp(BitOperations.Log2((uint)patterns.Length) + 7, 12, 22), headBits = hashBits - 5;
        _hashShift = 64 - hashBits;
        _headShift = hashBits - headBits;
        _present = new ulong[(1 << hashBits) / 64];
        _heads = new int[1 << headBits];
        _next = new int[patterns.Length];
        Array.Fill(_heads, -1);
        for (int i = patterns.Length - 1; i >= 0; i--)
        {
            fixed (byte* start = patterns[i])
            {
                uint hash = Hash(start);
                _present[hash >> 6] |= 1UL << (int)(hash & 63);
                _next[i] = _heads[hash >> _headShift];
                _heads[hash >> _headShift] = i;
            }
        }
        Sieve = patterns.Length >= MinSievePatterns ? new GramSieve(patterns, ignoreCase, shortest) : null;
        if (Sieve is null) BuildTables(shortest);
    }

    /// <summary>What looks for candidates instead of the tables when there are many patterns.</summary>
    internal GramSieve? Sieve { get; }

    /// <summary>The length of the shortest pattern: no match begins later than this before the end.</summary>
    internal int Shortest { get; }

    internal ref readonly TeddyTables Tables => ref _tables;

    /// <summary>The prepared patterns, or <see langword="null"/> if a packed scan would not pay.</summary>
    internal static PackedPatterns? TryCreate(byte[][] patterns, bool ignoreCase, SearchTier tier)
    {
        if (patterns.Length is 0 or > MaxPatterns) return null;
        if (tier == SearchTier.Scalar && patterns.Length < MinSievePatterns) return null;
        int shortest = patterns.Min(pattern => pattern.Length);
        if (shortest == 0 || (shortest < 2 && patterns.Length > 64) || (shortest < 3 && patterns.Length > 200)) return null;
        return new PackedPatterns(patterns, ignoreCase, shortest);
    }

    /// <summary>Whether a pattern may match at <paramref name="at"/>, where the shortest one still fits.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal bool MayMatch(byte* at)
    {
        uint hash = Hash(at);
        return (_present[hash >> 6] >> (int)(hash & 63) & 1) != 0;
    }

    /// <summary>The pattern that matches at <paramref name="at"/>, or -1.</summary>
    /// <param name="at">A place in the haystack.</param>
    /// <param name="bytes">How many bytes of haystack follow, at least the shortest pattern's length.</param>
    /// <param name="longest">Whether the longest is wanted instead of the first given.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal int Match(byte* at, nint bytes, bool longest)
    {
        uint hash = Hash(at);
        return (_present[hash >> 6] >> (int)(hash & 63) & 1) == 0 ? -1 : MatchChain(at, bytes, longest, _heads[hash >> _headShift]);
    }

    private int MatchChain(byte* at, nint bytes, bool longest, int pattern)
    {
        int best = -1;
        for (; pattern >= 0; pattern = _next[pattern])
        {
            byte[] wanted = _patterns[pattern];
            if (wanted.Length > bytes || (best >= 0 && wanted.Length <= _patterns[best].Length) || !Equal(at, wanted)) continue;
            if (!longest) return pattern;
            best = pattern;
        }
        return best;
    }

    private bool Equal(byte* at, byte[] wanted)
    {
        ReadOnlySpan<byte> text = new(at, wanted.Length);
        if (!_ignoreCase) return text.SequenceEqual(wanted);
        for (int i = 0; i < wanted.Length; i++)
            if (Units.AsciiFold.Fold(text[i]) != wanted[i]) return false;
        return true;
    }

    // Both ends of what all patterns have at least: where patterns are made of a language's words, beginnings alone say little.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private uint Hash(byte* at)
    {
        ulong word;
        if (_hashBytes == 8)
        {
            ulong last = Unsafe.ReadUnaligned<ulong>(at + Shortest - 8);
            word = Unsafe.ReadUnaligned<ulong>(at);
            if (_ignoreCase) (word, last) = (word | 0x2020202020202020, last | 0x2020202020202020);
            word ^= BitOperations.RotateLeft(last * 0xC2B2AE3D27D4EB4F, 29);
        }
        else
        {
            word = _hashBytes switch
            {
                4 => Unsafe.ReadUnaligned<uint>(at) | (ulong)Unsafe.ReadUnaligned<uint>(at + Shortest - 4) << 32,
                3 => (uint)(at[0] | at[1] << 8 | at[2] << 16),
                2 => Unsafe.ReadUnaligned<ushort>(at),
                _ => at[0],
            };
            // Folding more than letters only makes more bytes share a hash.
            if (_ignoreCase) word |= 0x2020202020202020;
        }
        return (uint)(word * 0x9E3779B97F4A7C15 >> _hashShift);
    }

    private void BuildTables(int shortest)
    {
        int[] offsets = ChooseOffsets(shortest);
        bool fat = _patterns.Length > MaxSlimPatterns;
        int buckets = fat ? 16 : 8;
        // Neighbours in this order agree in the first offset, and so share nibbles when they share a bucket.
        int[] order = [.. Enumerable.Range(0, _patterns.Length).OrderBy(i => Key(_patterns[i], offsets))];
        byte* tables = stackalloc byte[2 * 4 * 32];
        new Span<byte>(tables, 256).Clear();
        for (int rank = 0; rank < order.Length; rank++)
        {
            byte[] pattern = _patterns[order[rank]];
            int bucket = (int)((long)rank * buckets / order.Length);
            for (int k = 0; k < 4; k++)
            {
                byte value = pattern[offsets[k]];
                Mark(tables, bucket, k, value);
                if (_ignoreCase && value is >= (byte)'a' and <= (byte)'z') Mark(tables, bucket, k, (byte)(value & ~0x20));
            }
        }
        _tables = new TeddyTables(tables, offsets, fat, shortest);

        static void Mark(byte* tables, int bucket, int k, byte value)
        {
            byte* table = tables + (bucket / 8 * 4 + k) * 32;
            table[value & 15] |= (byte)(1 << (bucket & 7));
            table[16 + (value >> 4)] |= (byte)(1 << (bucket & 7));
        }
    }

    private static ulong Key(byte[] pattern, int[] offsets)
    {
        ulong key = 0;
        foreach (int offset in offsets) key = key << 8 | pattern[offset];
        return key;
    }

    // The offsets at which the patterns' bytes are rarest, all within the shortest pattern. In UTF-8 this steps over
    // the lead bytes, which nearly all text of one script shares.
    private int[] ChooseOffsets(int shortest)
    {
        int range = int.Min(shortest, 16);
        (double Share, int Offset)[] shares = new (double, int)[range];
        for (int offset = 0; offset < range; offset++)
        {
            double share = 0;
            bool[] seen = new bool[256];
            foreach (byte[] pattern in _patterns)
            {
                if (seen[pattern[offset]]) continue;
                seen[pattern[offset]] = true;
                share += double.Exp2(ByteFrequency.Of(pattern[offset]) / 10.0);
            }
            shares[offset] = (share * (1 + seen.Count(s => s) / 64.0), offset);
        }
        Array.Sort(shares);
        int[] chosen = new int[4];
        for (int k = 0; k < 4; k++) chosen[k] = shares[int.Min(k, range - 1)].Offset;
        return chosen;
    }
}
