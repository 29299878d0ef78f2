using System.Buffers;
using Gabbro.Storage.Lsm.Format;
using Gabbro.Storage.Lsm.Iterators;
using Gabbro.Storage.Lsm.Memtables;
using Gabbro.Storage.Lsm.Versions;

namespace Gabbro.Storage.Lsm.Engine;

/// <summary>Computes a key's value from its merge operands and what lies under them.</summary>
internal static unsafe class MergeResolver
{
    /// <summary>The value that <paramref name="sequence"/> sees, or null if the key is absent.</summary>
    public static byte[]? Resolve(FamilyCore family, SuperVersion view, ReadOnlySpan<byte> key, ulong sequence, ulong nowMilliseconds)
    {
        using var iterator = ViewIterators.Create(view, fillCache: true);
        var ranges = ViewIterators.RangeTombstones(view, null, null);
        fixed (byte* p = key)
            iterator.Seek(p, key.Length, Trailer.Seek(sequence));
        var operands = new List<ReadOnlyMemory<byte>>();
        byte[]? existing = null;
        Gather(iterator, ranges, key, sequence, nowMilliseconds, operands, ref existing);
        if (operands.Count == 0)
            return existing;
        operands.Reverse();
        return Combine(family, key, existing, operands);
    }

    /// <summary>Combines operands, oldest first, with the value under them.</summary>
    public static byte[] Combine(FamilyCore family, ReadOnlySpan<byte> key, byte[]? existing, List<ReadOnlyMemory<byte>> operands)
    {
        var merge = family.Options.MergeOperator
            ?? throw new InvalidOperationException($"column family '{family.Name}' holds merge operands, but has no merge operator");
        var result = new ArrayBufferWriter<byte>();
        merge.Merge(key, existing, existing is not null, operands, result);
        return result.WrittenSpan.ToArray();
    }

    private static void Gather(
        InternalIterator iterator, RangeTombstoneSet ranges, ReadOnlySpan<byte> key, ulong sequence, ulong now,
        List<ReadOnlyMemory<byte>> operands, ref byte[]? existing)
    {
        var tombstone = ranges.Covering(key, sequence);
        for (; iterator.Valid && iterator.KeySpan.SequenceEqual(key); iterator.Next())
        {
            var kind = Trailer.Kind(iterator.Trailer);
            if (Trailer.Sequence(iterator.Trailer) < tombstone || kind == EntryKind.Delete)
                return;
            if (kind == EntryKind.Merge)
            {
                operands.Add(iterator.ValueSpan.ToArray());
                continue;
            }

            existing = kind == EntryKind.PutUntil
                ? Expiry.TryStrip(iterator.ValueSpan, now, out var live) ? live.ToArray() : null
                : iterator.ValueSpan.ToArray();
            return;
        }
    }
}
