using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Gabbro.Storage.Lsm.Caching;
using Gabbro.Storage.Lsm.Format;

namespace Gabbro.Storage.Lsm.Tables;

/// <summary>
/// A part of a table's index and its filter, decoded into native memory: separators as 8-byte words behind their common
/// prefix for a search within few cache lines, and a slot a block that points to its frame while the block is cached.
/// </summary>
internal sealed unsafe class IndexPartition
{
    private readonly byte* _memory;
    private readonly ulong* _words;
    private readonly long* _offsets;
    private readonly int* _keyOffsets;
    private readonly byte* _keys;
    private readonly int _common;

    public IndexPartition(ReadOnlySpan<byte> index, ReadOnlySpan<byte> filter, int count, long firstOffset, string path, long at)
    {
        Count = count;
        var keyBytes = MeasureKeys(index, count, path, at);
        var filterStart = (count * (8L + 8 + 8)) + 8 + ((count + 1) * 4L) + keyBytes;
        filterStart = (filterStart + 63) & ~63L;
        _memory = (byte*)NativeMemory.AlignedAlloc((nuint)(filterStart + filter.Length + 64), 64);
        _words = (ulong*)_memory;
        Slots = (nint*)(_words + count);
        _offsets = (long*)(Slots + count);
        _keyOffsets = (int*)(_offsets + count + 1);
        _keys = (byte*)(_keyOffsets + count + 1);
        new Span<nint>(Slots, count).Clear();
        Fill(index, count, firstOffset, path, at);
        _common = count == 0 ? 0 : CommonPrefix();
        for (var i = 0; i < count; i++)
            _words[i] = KeyOrder.Prefix(_keys + _keyOffsets[i], _keyOffsets[i + 1] - _keyOffsets[i], _common);
        if (filter.Length > 0)
        {
            Filter = _memory + filterStart;
            filter.CopyTo(new Span<byte>(Filter, filter.Length));
            if (!BinaryFuseFilter.IsWellFormed(Filter, filter.Length))
                throw new CorruptionException(path, at, "the filter's sizes do not agree");
        }
    }

    public int Count { get; }

    public nint* Slots { get; }

    public byte* Filter { get; }

    public BlockHandle Handle(int block) =>
        new(_offsets[block], (int)(_offsets[block + 1] - _offsets[block]) - TableFormat.BlockTrailer);

    public ReadOnlySpan<byte> Separator(int block) => new(_keys + _keyOffsets[block], _keyOffsets[block + 1] - _keyOffsets[block]);

    /// <summary>The first block whose separator is at or after the key: the only one that may start with it. Or <see cref="Count"/>.</summary>
    public int Find(byte* key, int length)
    {
        if (_common > 0)
        {
            var order = KeyOrder.Compare(key, Math.Min(length, _common), _keys, _common);
            if (order < 0)
                return 0;
            if (order > 0)
                return Count;
        }

        var word = KeyOrder.Prefix(key, length, _common);
        var low = 0;
        var rest = Count;
        // Branchless halving: the comparison's outcome is data, not a jump the processor could guess wrong.
        while (rest > 0)
        {
            var half = rest >> 1;
            var smaller = _words[low + half] < word;
            low = smaller ? low + half + 1 : low;
            rest = smaller ? rest - half - 1 : half;
        }

        while (low < Count && _words[low] == word
            && KeyOrder.Compare(_keys + _keyOffsets[low], _keyOffsets[low + 1] - _keyOffsets[low], key, length) < 0)
        {
            low++;
        }

        return low;
    }

    public void Free(BlockCache cache)
    {
        cache.Drop(Slots, Count);
        NativeMemory.AlignedFree(_memory);
    }

    private static long MeasureKeys(ReadOnlySpan<byte> index, int count, string path, long at)
    {
        var cursor = new ByteCursor(index, path, at);
        long total = 0;
        long last = 0;
        for (var i = 0; i < count; i++)
        {
            var shared = (long)cursor.ReadVarint();
            if (shared > last)
                throw cursor.Bad($"at most {last} shared bytes, found {shared}");
            last = shared + cursor.ReadSized().Length;
            total += last;
            cursor.ReadVarint();
        }

        if (!cursor.AtEnd)
            throw cursor.Bad($"{count} index entries and nothing more");
        return total;
    }

    private void Fill(ReadOnlySpan<byte> index, int count, long offset, string path, long at)
    {
        var cursor = new ByteCursor(index, path, at);
        var keys = _keys;
        byte* last = null;
        for (var i = 0; i < count; i++)
        {
            _keyOffsets[i] = (int)(keys - _keys);
            _offsets[i] = offset;
            var shared = (int)cursor.ReadVarint();
            Unsafe.CopyBlockUnaligned(keys, last, (uint)shared);
            var rest = cursor.ReadSized();
            rest.CopyTo(new Span<byte>(keys + shared, rest.Length));
            last = keys;
            keys += shared + rest.Length;
            offset += (long)cursor.ReadVarint() + TableFormat.BlockTrailer;
        }

        _keyOffsets[count] = (int)(keys - _keys);
        _offsets[count] = offset;
    }

    private int CommonPrefix() => Separator(0).CommonPrefixLength(Separator(Count - 1));
}
