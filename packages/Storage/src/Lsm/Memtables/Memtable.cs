using System.IO.Hashing;
using Gabbro.Storage.Lsm.Format;

namespace Gabbro.Storage.Lsm.Memtables;

/// <summary>The newest writes of one column family, sorted, in native memory; counted references keep it alive.</summary>
internal sealed unsafe class Memtable : IDisposable
{
    private const int AssumedEntrySize = 96;
    private readonly Lock _rangeLock = new();
    private readonly List<RangeTombstone> _rangeList = [];
    private readonly KeyFilter _filter;
    private RangeTombstoneSet? _ranges = RangeTombstoneSet.Empty;
    private int _references = 1;

    public Memtable(long capacity, ulong log)
    {
        List = new SkipList(capacity);
        _filter = new KeyFilter(capacity / AssumedEntrySize);
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

    public void AddReference() => Interlocked.Increment(ref _references);

    /// <summary>Gives back one reference; the last one frees the memory.</summary>
    public void Dispose()
    {
        if (Interlocked.Decrement(ref _references) != 0)
            return;
        List.Dispose();
        _filter.Dispose();
    }
}
