using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics.X86;
using Gabbro.Storage.Lsm.Format;

namespace Gabbro.Storage.Lsm.Memtables;

/// <summary>
/// A skip list (Pugh 1990) in one block of an arena: one writer at a time, any number of readers without locks.
/// </summary>
/// <remarks>
/// A node at offset o: the next-offsets of its levels lie below it (level l at o - 4 (l + 1)), then
/// trailer (8), key length (4), value length (4), key, value. Offsets are 32-bit; 0 ends a level. Nodes never move and
/// are never removed. A node's fields are written before the release store that links it, level 0 first, and a reader
/// loads links with acquire: whoever sees a node sees all of it.
/// </remarks>
internal sealed unsafe class SkipList
{
    public const int MaxHeight = 12;
    private const int NodeHeader = 16;
    private const int Head = 64;

    private readonly byte* _base;
    private readonly long _capacity;
    private readonly uint[] _splice = new uint[MaxHeight];
    private uint _random = 0x9E3779B9;
    private long _used;
    private int _height = 1;

    /// <summary>A list in memory that the caller owns and frees when nobody reads any more.</summary>
    public SkipList(byte* memory, long capacity)
    {
        _capacity = Math.Min(capacity, uint.MaxValue);
        _base = memory;
        new Span<byte>(_base, Head + NodeHeader).Clear();
        *(int*)(_base + Head + 8) = -1;
        _used = Head + NodeHeader;
        Array.Fill(_splice, (uint)Head);
    }

    /// <summary>Bytes used, the head included.</summary>
    public long Used => Volatile.Read(ref _used);

    public long Capacity => _capacity;

    public byte* Base => _base;

    /// <summary>The most memory an entry can take.</summary>
    public static long EntryBound(long keyLength, long valueLength) => keyLength + valueLength + NodeHeader + (4 * MaxHeight) + 16;

    public bool HasRoom(long bytes) => _capacity - _used >= bytes;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public byte* Key(uint node) => _base + node + NodeHeader;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public int KeyLength(uint node) => *(int*)(_base + node + 8);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public ulong TrailerOf(uint node) => *(ulong*)(_base + node);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public byte* Value(uint node) => _base + node + NodeHeader + *(int*)(_base + node + 8);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public int ValueLength(uint node) => *(int*)(_base + node + 12);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public uint Next(uint node, int level = 0) => Volatile.Read(ref *(uint*)(_base + node - (4 * (level + 1))));

    public uint First() => Next(Head);

    public uint Last()
    {
        var node = (uint)Head;
        for (var level = Volatile.Read(ref _height) - 1; level >= 0; level--)
        {
            for (var next = Next(node, level); next != 0; next = Next(node, level))
                node = next;
        }

        return node == Head ? 0 : node;
    }

    /// <summary>The first node at or after (key, trailer), or 0.</summary>
    public uint FindAtOrAfter(byte* key, int length, ulong trailer)
    {
        var node = (uint)Head;
        uint bigger = 0;
        var level = Volatile.Read(ref _height) - 1;
        while (true)
        {
            var next = Next(node, level);
            PrefetchBelow(node, level);
            if (next != 0 && next != bigger && IsBefore(next, key, length, trailer))
            {
                node = next;
                continue;
            }

            bigger = next;
            if (level-- == 0)
                return next;
        }
    }

    /// <summary>The last node before (key, trailer), or 0.</summary>
    public uint FindBefore(byte* key, int length, ulong trailer)
    {
        var node = (uint)Head;
        uint bigger = 0;
        for (var level = Volatile.Read(ref _height) - 1; level >= 0; level--)
        {
            uint next;
            while ((next = Next(node, level)) != 0 && next != bigger && IsBefore(next, key, length, trailer))
                node = next;
            bigger = next;
        }

        return node == Head ? 0 : node;
    }

    /// <summary>Adds an entry; the caller is the only writer and has checked <see cref="HasRoom"/>.</summary>
    public void Insert(byte* key, int keyLength, ulong trailer, byte* value, int valueLength)
    {
        var height = RandomHeight();
        var start = (_used + (4 * height) + 7) & ~7L;
        var size = NodeHeader + keyLength + valueLength;
        if (start + size > _capacity)
            throw new InvalidOperationException("the memtable is full; the caller must check for room");
        var node = (uint)start;
        var p = _base + node;
        *(ulong*)p = trailer;
        *(int*)(p + 8) = keyLength;
        *(int*)(p + 12) = valueLength;
        Unsafe.CopyBlockUnaligned(p + NodeHeader, key, (uint)keyLength);
        Unsafe.CopyBlockUnaligned(p + NodeHeader + keyLength, value, (uint)valueLength);
        Volatile.Write(ref _used, start + size);

        FindSplice(key, keyLength, trailer, height);
        for (var level = 0; level < height; level++)
        {
            var previous = _splice[level];
            *(uint*)(p - (4 * (level + 1))) = Next(previous, level);
        }

        for (var level = 0; level < height; level++)
        {
            var previous = _splice[level];
            Volatile.Write(ref *(uint*)(_base + previous - (4 * (level + 1))), node);
            _splice[level] = node;
        }

        if (height > _height)
            Volatile.Write(ref _height, height);
    }

    // Fills _splice with the last node before the key on every level. Keys that arrive in order find their place from the
    // last insertion's splice: its level-0 node is right before them, and each higher level needs at most a step.
    private void FindSplice(byte* key, int length, ulong trailer, int height)
    {
        var last = _splice[0];
        if (last != Head && IsBefore(last, key, length, trailer))
        {
            var next = Next(last);
            if (next == 0 || !IsBefore(next, key, length, trailer))
            {
                for (var level = 1; level < height; level++)
                {
                    uint after;
                    while ((after = Next(_splice[level], level)) != 0 && IsBefore(after, key, length, trailer))
                        _splice[level] = after;
                }

                return;
            }
        }

        var node = (uint)Head;
        uint bigger = 0;
        for (var level = MaxHeight - 1; level >= 0; level--)
        {
            if (level < _height)
            {
                uint next;
                while ((next = Next(node, level)) != 0 && next != bigger)
                {
                    PrefetchBelow(node, level);
                    if (!IsBefore(next, key, length, trailer))
                        break;
                    node = next;
                }

                bigger = next;
            }

            _splice[level] = node;
        }
    }

    // A search is a chain of cache misses. While one key is fetched to be compared, the one that follows if the comparison
    // sends the search down is fetched beside it.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void PrefetchBelow(uint node, int level)
    {
        if (Sse.IsSupported && level > 0)
            Sse.Prefetch0(_base + *(uint*)(_base + node - (4 * level)));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private bool IsBefore(uint node, byte* key, int length, ulong trailer)
    {
        var p = _base + node;
        var order = KeyOrder.Compare(p + NodeHeader, *(int*)(p + 8), key, length);
        return order < 0 || (order == 0 && *(ulong*)p > trailer);
    }

    // Each level holds a quarter of the one below.
    private int RandomHeight()
    {
        _random ^= _random << 13;
        _random ^= _random >> 17;
        _random ^= _random << 5;
        var height = 1;
        for (var bits = _random; height < MaxHeight && (bits & 3) == 0; bits >>= 2)
            height++;
        return height;
    }
}
