using System.Globalization;
using System.Text;

namespace Gabbro.Alloc;

/// <summary>What has changed between two maps of a heap.</summary>
public sealed class HeapMapDifference
{
    internal HeapMapDifference(HeapMap before, HeapMap after)
    {
        UsedBytes = after.UsedBytes - before.UsedBytes;
        TotalBytes = after.TotalBytes - before.TotalBytes;
        Dictionary<ulong, HeapMapSpan> old = before.Spans.ToDictionary(static span => span.Address);
        HashSet<ulong> kept = [];
        List<HeapMapSpan> added = [];
        List<HeapMapSpan> changed = [];
        foreach (HeapMapSpan span in after.Spans)
        {
            if (!old.TryGetValue(span.Address, out HeapMapSpan? same) || same.Bytes != span.Bytes || same.BlockBytes != span.BlockBytes)
            {
                added.Add(span);
                continue;
            }
            kept.Add(span.Address);
            if (!same.Runs.SequenceEqual(span.Runs)) changed.Add(span);
        }
        Added = added;
        Changed = changed;
        Removed = [.. before.Spans.Where(span => !kept.Contains(span.Address))];
        BlocksBySize = BlockChanges(before, after);
    }

    /// <summary>Bytes used after less bytes used before.</summary>
    public long UsedBytes { get; }

    /// <summary>Bytes mapped after less before.</summary>
    public long TotalBytes { get; }

    /// <summary>Spans that are new, or have another length or block size.</summary>
    public IReadOnlyList<HeapMapSpan> Added { get; }

    /// <summary>Spans that are gone, or have another length or block size.</summary>
    public IReadOnlyList<HeapMapSpan> Removed { get; }

    /// <summary>Spans that are still there, as they are now, whose blocks have changed state.</summary>
    public IReadOnlyList<HeapMapSpan> Changed { get; }

    /// <summary>By size of block, how many more or fewer are in use; sizes without a change are left out.</summary>
    public IReadOnlyDictionary<long, long> BlocksBySize { get; }

    /// <summary>The difference in a few lines.</summary>
    /// <returns>The text.</returns>
    public override string ToString()
    {
        StringBuilder text = new();
        text.Append(CultureInfo.InvariantCulture, $"used {UsedBytes:+#;-#;0} bytes, mapped {TotalBytes:+#;-#;0}; spans: {Added.Count} new, {Removed.Count} gone, {Changed.Count} changed\n");
        foreach ((long size, long count) in BlocksBySize.OrderByDescending(static pair => Math.Abs(pair.Key * pair.Value)))
            text.Append(CultureInfo.InvariantCulture, $"{count,10:+#;-#;0} blocks of {size} bytes ({size * count:+#;-#;0})\n");
        return text.ToString();
    }

    private static Dictionary<long, long> BlockChanges(HeapMap before, HeapMap after)
    {
        Dictionary<long, long> changes = [];
        Count(after, 1);
        Count(before, -1);
        return changes.Where(static pair => pair.Value != 0).ToDictionary();

        void Count(HeapMap map, int sign)
        {
            foreach (HeapMapSpan span in map.Spans)
            {
                foreach (HeapMapRun run in span.Runs)
                {
                    if (run.State != HeapMapState.Used || run.Blocks == 0) continue;
                    long size = run.Bytes / run.Blocks;
                    changes[size] = changes.GetValueOrDefault(size) + (sign * run.Blocks);
                }
            }
        }
    }
}
