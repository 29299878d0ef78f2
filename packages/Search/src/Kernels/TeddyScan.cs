using System.Runtime.CompilerServices;
using Gabbro.Search.Vectors;

namespace Gabbro.Search.Kernels;

/// <summary>
/// The packed multi-pattern kernel: for the bytes at four offsets of every place, two nibble lookups each give the
/// buckets that byte fits; places where a bucket fits all four are candidates.
/// </summary>
internal static unsafe class TeddyScan<TVec> where TVec : unmanaged, IShuffleVector<TVec>
{
    /// <summary>Finds the next block that has candidates.</summary>
    /// <param name="haystack">The text.</param>
    /// <param name="from">The first place to look at.</param>
    /// <param name="limit">One past the last place a match may begin; at least a register after <paramref name="from"/>.</param>
    /// <param name="tables">The prepared patterns.</param>
    /// <param name="candidates">One bit for each place of the block that passes.</param>
    /// <returns>The first place of the block, or -1. The last block is flush with <paramref name="limit"/>, bits of places
    /// before the rest masked off.</returns>
    internal static nint Next(byte* haystack, nint from, nint limit, ref readonly TeddyTables tables, out ulong candidates) =>
        tables.Fat ? Fat(haystack, from, limit, in tables, out candidates) : Slim(haystack, from, limit, in tables, out candidates);

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static nint Slim(byte* haystack, nint from, nint limit, ref readonly TeddyTables tables, out ulong candidates)
    {
        nint width = TVec.Width, i = from;
        TVec low0 = TVec.Broadcast(tables.Low(0, 0)), high0 = TVec.Broadcast(tables.High(0, 0));
        TVec low1 = TVec.Broadcast(tables.Low(0, 1)), high1 = TVec.Broadcast(tables.High(0, 1));
        TVec low2 = TVec.Broadcast(tables.Low(0, 2)), high2 = TVec.Broadcast(tables.High(0, 2));
        TVec nibble = TVec.Splat8(0x0F);
        byte* at0 = haystack + tables.Offset0, at1 = haystack + tables.Offset1, at2 = haystack + tables.Offset2;
        for (; i + 2 * width <= limit; i += 2 * width)
        {
            TVec first = TVec.And(Buckets(at0 + i, low0, high0, nibble), TVec.And(Buckets(at1 + i, low1, high1, nibble), Buckets(at2 + i, low2, high2, nibble)));
            TVec second = TVec.And(Buckets(at0 + i + width, low0, high0, nibble),
                TVec.And(Buckets(at1 + i + width, low1, high1, nibble), Buckets(at2 + i + width, low2, high2, nibble)));
            if (!TVec.IsNonZero(TVec.Or(first, second))) continue;
            candidates = TVec.NonZeroMask(first);
            if (candidates != 0) return i;
            candidates = TVec.NonZeroMask(second);
            return i + width;
        }
        while (i < limit)
        {
            nint block = nint.Min(i, limit - width);
            TVec found = TVec.And(Buckets(at0 + block, low0, high0, nibble), TVec.And(Buckets(at1 + block, low1, high1, nibble), Buckets(at2 + block, low2, high2, nibble)));
            candidates = TVec.NonZeroMask(found) >> (int)(i - block) << (int)(i - block);
            if (candidates != 0) return block;
            i = block + width;
        }
        candidates = 0;
        return -1;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static nint Fat(byte* haystack, nint from, nint limit, ref readonly TeddyTables tables, out ulong candidates)
    {
        nint width = TVec.Width, i = from;
        TVec nibble = TVec.Splat8(0x0F);
        TVec low0 = TVec.Broadcast(tables.Low(0, 0)), high0 = TVec.Broadcast(tables.High(0, 0));
        TVec low1 = TVec.Broadcast(tables.Low(0, 1)), high1 = TVec.Broadcast(tables.High(0, 1));
        TVec low2 = TVec.Broadcast(tables.Low(0, 2)), high2 = TVec.Broadcast(tables.High(0, 2));
        TVec low3 = TVec.Broadcast(tables.Low(0, 3)), high3 = TVec.Broadcast(tables.High(0, 3));
        TVec lowB0 = TVec.Broadcast(tables.Low(1, 0)), highB0 = TVec.Broadcast(tables.High(1, 0));
        TVec lowB1 = TVec.Broadcast(tables.Low(1, 1)), highB1 = TVec.Broadcast(tables.High(1, 1));
        TVec lowB2 = TVec.Broadcast(tables.Low(1, 2)), highB2 = TVec.Broadcast(tables.High(1, 2));
        TVec lowB3 = TVec.Broadcast(tables.Low(1, 3)), highB3 = TVec.Broadcast(tables.High(1, 3));
        byte* at0 = haystack + tables.Offset0, at1 = haystack + tables.Offset1, at2 = haystack + tables.Offset2, at3 = haystack + tables.Offset3;
        while (i < limit)
        {
            nint block = nint.Min(i, limit - width);
            TVec value = TVec.Load(at0 + block), low = TVec.And(value, nibble), high = TVec.HighNibbles(value);
            TVec first = TVec.And(TVec.Shuffle(low0, low), TVec.Shuffle(high0, high));
            TVec second = TVec.And(TVec.Shuffle(lowB0, low), TVec.Shuffle(highB0, high));
            value = TVec.Load(at1 + block);
            low = TVec.And(value, nibble);
            high = TVec.HighNibbles(value);
            first = TVec.And(first, TVec.And(TVec.Shuffle(low1, low), TVec.Shuffle(high1, high)));
            second = TVec.And(second, TVec.And(TVec.Shuffle(lowB1, low), TVec.Shuffle(highB1, high)));
            value = TVec.Load(at2 + block);
            low = TVec.And(value, nibble);
            high = TVec.HighNibbles(value);
            first = TVec.And(first, TVec.And(TVec.Shuffle(low2, low), TVec.Shuffle(high2, high)));
            second = TVec.And(second, TVec.And(TVec.Shuffle(lowB2, low), TVec.Shuffle(highB2, high)));
            value = TVec.Load(at3 + block);
            low = TVec.And(value, nibble);
            high = TVec.HighNibbles(value);
            first = TVec.And(first, TVec.And(TVec.Shuffle(low3, low), TVec.Shuffle(high3, high)));
            second = TVec.And(second, TVec.And(TVec.Shuffle(lowB3, low), TVec.Shuffle(highB3, high)));
            candidates = TVec.NonZeroMask(TVec.Or(first, second)) >> (int)(i - block) << (int)(i - block);
            if (candidates != 0) return block;
            i = block + width;
        }
        candidates = 0;
        return -1;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TVec Buckets(byte* at, TVec low, TVec high, TVec nibble)
    {
        TVec value = TVec.Load(at);
        return TVec.And(TVec.Shuffle(low, TVec.And(value, nibble)), TVec.Shuffle(high, TVec.HighNibbles(value)));
    }
}
