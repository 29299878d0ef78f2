using Gabbro.Storage.Lsm.Format;

namespace Gabbro.Storage.Lsm.Memtables;

/// <summary>
/// Range tombstones cut at each other's ends into fragments that do not overlap, so that a key meets at most one: found
/// by binary search, its sequences newest first.
/// </summary>
internal sealed class RangeTombstoneSet
{
    public static readonly RangeTombstoneSet Empty = new([]);

    private readonly byte[][] _begins;
    private readonly byte[][] _ends;
    private readonly ulong[][] _sequences;

    public RangeTombstoneSet(IReadOnlyCollection<RangeTombstone> tombstones)
    {
        var points = tombstones.SelectMany(t => new[] { t.Begin, t.End }).ToArray();
        Array.Sort(points, static (a, b) => a.AsSpan().SequenceCompareTo(b));
        var ordered = tombstones.OrderBy(t => t.Begin, ByteArrayOrder.Instance).ToArray();
        var begins = new List<byte[]>();
        var ends = new List<byte[]>();
        var sequences = new List<ulong[]>();
        var active = new List<RangeTombstone>();
        var next = 0;
        for (var i = 0; i + 1 < points.Length; i++)
        {
            if (points[i].AsSpan().SequenceEqual(points[i + 1]))
                continue;
            while (next < ordered.Length && ordered[next].Begin.AsSpan().SequenceCompareTo(points[i]) <= 0)
                active.Add(ordered[next++]);
            active.RemoveAll(t => t.End.AsSpan().SequenceCompareTo(points[i]) <= 0);
            if (active.Count == 0)
                continue;
            begins.Add(points[i]);
            ends.Add(points[i + 1]);
            sequences.Add(active.Select(t => t.Sequence).Distinct().OrderDescending().ToArray());
        }

        _begins = begins.ToArray();
        _ends = ends.ToArray();
        _sequences = sequences.ToArray();
        MaxSequence = tombstones.Count == 0 ? 0 : tombstones.Max(t => t.Sequence);
    }

    public bool IsEmpty => _begins.Length == 0;

    public int Count => _begins.Length;

    public ulong MaxSequence { get; }

    public byte[] Begin(int fragment) => _begins[fragment];

    public byte[] End(int fragment) => _ends[fragment];

    public ReadOnlySpan<ulong> Sequences(int fragment) => _sequences[fragment];

    /// <summary>The newest tombstone over the key that is not newer than <paramref name="visible"/>, or 0.</summary>
    public ulong Covering(ReadOnlySpan<byte> key, ulong visible)
    {
        if (_begins.Length == 0)
            return 0;
        var fragment = FragmentOf(key);
        if (fragment < 0)
            return 0;
        foreach (var sequence in _sequences[fragment])
        {
            if (sequence <= visible)
                return sequence;
        }

        return 0;
    }

    /// <summary>The fragment that holds the key, or -1.</summary>
    public int FragmentOf(ReadOnlySpan<byte> key)
    {
        int low = 0, high = _begins.Length - 1;
        while (low <= high)
        {
            var middle = (low + high) >>> 1;
            if (KeyOrder.Compare(key, _begins[middle]) < 0)
                high = middle - 1;
            else
                low = middle + 1;
        }

        return high >= 0 && KeyOrder.Compare(key, _ends[high]) < 0 ? high : -1;
    }

    /// <summary>The fragments as tombstones again, each sequence one.</summary>
    public IEnumerable<RangeTombstone> Tombstones()
    {
        for (var i = 0; i < _begins.Length; i++)
        {
            foreach (var sequence in _sequences[i])
                yield return new RangeTombstone(_begins[i], _ends[i], sequence);
        }
    }
}
