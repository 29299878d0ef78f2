using System.IO.Hashing;
using Gabbro.Alloc;
using Gabbro.Platform.Memory;
using Gabbro.Storage.Lsm.Format;

namespace Gabbro.Storage.Lsm.Memtables;

/// <summary>The newest writes of one column family, sorted, in an arena; counted references keep it alive.</summary>
internal sealed unsafe class Memtable : IDisposable
{
    private const int AssumedEntrySize = 96;
    private const int LargePagesFrom = 8 << 20;
    private readonly Lock _rangeLock = new();
    private readonly List<RangeTombstone> _rangeList = [];
    private readonly Arena _arena = new();
    private readonly KeyFilter _filter;
    private RangeTombstoneSet? _ranges = RangeTombstoneSet.Empty;
    private int _references = 1;

    public Memtable(long capacity, ulong log)
    {
        var memory = (byte*)_arena.AlignedAlloc((nuint)capacity, 4096);
        AdviseLargePages(memory, (nuint)capacity);
        List = new SkipList(memory, capacity);
        var filterSize = KeyFilter.SizeFor(capacity / AssumedEntrySize);
        _filter = new KeyFilter((byte*)_arena.AlignedAlloc((nuint)filterSize, 64), filterSize);
        Log = log;
    }

    public SkipList List { get; }

    /// <summary>The oldest log that may hold an entry of this memtable.</summary>
    public ulong Log { get; set; }

    /// <summary>The log that was current when this memtable was closed to writes; it holds the youngest entries.</summary>
    public ulong LastLog { get; set; }

    public long EntryCount { get; private set; }

    public long DeleteCount { get; private set; }

    public ulong MaxSequence { get; private set; }

    public bool IsEmpty => EntryCount == 0 && Ranges.IsEmpty;

    /// <summary>Bytes of memory in use.</summary>
    public long Used => List.Used;

    public RangeTombstoneSet Ranges
    {
        get
        {
            if (Volatile.Read(ref _ranges) is { } set)
                return set;
            lock (_rangeLock)
            {
                set = new RangeTombstoneSet(_rangeList);
                Volatile.Write(ref _ranges, set);
                return set;
            }
        }
    }

    public static ulong Hash(byte* key, int length) => XxHash3.HashToUInt64(new ReadOnlySpan<byte>(key, length));

    public bool MayContain(ulong hash) => _filter.MayContain(hash);

    public void Add(byte* key, int keyLength, ulong sequence, EntryKind kind, byte* value, int valueLength)
    {
        if (kind == EntryKind.RangeDelete)
        {
            lock (_rangeLock)
            {
                _rangeList.Add(new RangeTombstone(
                    new ReadOnlySpan<byte>(key, keyLength).ToArray(),
                    new ReadOnlySpan<byte>(value, valueLength).ToArray(),
                    sequence));
                Volatile.Write(ref _ranges, null);
            }
        }
        else
        {
            _filter.Add(Hash(key, keyLength));
            List.Insert(key, keyLength, Trailer.Pack(sequence, kind), value, valueLength);
            EntryCount++;
            if (kind == EntryKind.Delete)
                DeleteCount++;
        }

        MaxSequence = sequence;
    }

    // Searches hop all over a memtable: with large pages the translation of addresses stays in the processor. A system that
    // does not give them goes on with small ones.
    private static void AdviseLargePages(byte* memory, nuint size)
    {
        var page = VirtualMemory.PageSize;
        var skipped = (page - ((nuint)memory % page)) % page;
        if (size >= LargePagesFrom)
            VirtualMemory.Advise(memory + skipped, (size - skipped) / page * page, MemoryAdvice.HugePages);
    }

    public void AddReference() => Interlocked.Increment(ref _references);

    /// <summary>Gives back one reference; the last one frees the memory.</summary>
    public void Dispose()
    {
        if (Interlocked.Decrement(ref _references) != 0)
            return;
        _arena.Dispose();
    }
}
