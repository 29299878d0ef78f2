using System.Runtime.InteropServices;

namespace Gabbro.Storage.Lsm.Memtables;

/// <summary>
/// A blocked Bloom filter (Putze, Sanders, Singler 2007) over the keys of a memtable: one cache line a key, so that a
/// read that will be answered by a table does not walk the skip list first.
/// </summary>
internal sealed unsafe class KeyFilter : IDisposable
{
    private const int BlockSize = 64;
    private readonly byte* _blocks;
    private readonly uint _count;
    private bool _disposed;

    public KeyFilter(long expectedKeys)
    {
        _count = (uint)Math.Clamp(expectedKeys * 12 / (BlockSize * 8), 1, 1 << 24);
        _blocks = (byte*)NativeMemory.AlignedAlloc(_count * (nuint)BlockSize, BlockSize);
        NativeMemory.Clear(_blocks, _count * (nuint)BlockSize);
    }

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

    public void Dispose()
    {
        if (_disposed)
            return;
        _disposed = true;
        NativeMemory.AlignedFree(_blocks);
    }

    // The high half picks the block; the five bit positions come from the low 45 bits.
    private ulong* Block(ulong hash) => (ulong*)(_blocks + ((((hash >> 32) * _count) >> 32) * BlockSize));
}
