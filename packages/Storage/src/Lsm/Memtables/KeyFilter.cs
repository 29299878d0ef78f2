namespace Gabbro.Storage.Lsm.Memtables;

/// <summary>
/// A blocked Bloom filter (Putze, Sanders, Singler 2007) over the keys of a memtable: one cache line a key, so that a
/// read that will be answered by a table does not walk the skip list first.
/// </summary>
internal sealed unsafe class KeyFilter
{
    private const int BlockSize = 64;
    private readonly byte* _blocks;
    private readonly uint _count;

    /// <summary>A filter in memory of <see cref="SizeFor"/> bytes at a cache line's start, which the caller owns.</summary>
    public KeyFilter(byte* memory, long size)
    {
        _count = (uint)(size / BlockSize);
        _blocks = memory;
        new Span<byte>(memory, checked((int)size)).Clear();
    }

    public static long SizeFor(long expectedKeys) => BlockSize * Math.Clamp(expectedKeys * 12 / (BlockSize * 8), 1, 1 << 24);

    // Plain stores: the writer is alone, and the skip list's release store that publishes the entry follows them.
    public void Add(ulong hash)
    {
        var block = Block(hash);
        for (var i = 0; i < 5; i++)
        {
            var bit = (uint)(hash >> (9 * i)) & 511;
            block[bit >> 6] |= 1UL << (int)(bit & 63);
        }
    }

    public bool MayContain(ulong hash)
    {
        var block = Block(hash);
        for (var i = 0; i < 5; i++)
        {
            var bit = (uint)(hash >> (9 * i)) & 511;
            if ((block[bit >> 6] & (1UL << (int)(bit & 63))) == 0)
                return false;
        }

        return true;
    }

    // The high half picks the block; the five bit positions come from the low 45 bits.
    private ulong* Block(ulong hash) => (ulong*)(_blocks + ((((hash >> 32) * _count) >> 32) * BlockSize));
}
