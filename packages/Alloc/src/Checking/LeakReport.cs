using System.Globalization;
using System.Text;

namespace Gabbro.Alloc;

/// <summary>The blocks that were still allocated when a heap was disposed.</summary>
public sealed class LeakReport
{
    private LeakReport(string heapName, long blocks, long bytes, bool estimated, IReadOnlyList<string> details)
    {
        HeapName = heapName;
        Blocks = blocks;
        Bytes = bytes;
        IsEstimate = estimated;
        Details = details;
    }

    /// <summary>The heap's name.</summary>
    public string HeapName { get; }

    /// <summary>Blocks not freed.</summary>
    public long Blocks { get; }

    /// <summary>Their bytes.</summary>
    public long Bytes { get; }

    /// <summary>Whether <see cref="Details"/> describe a sample; <see cref="Blocks"/> and <see cref="Bytes"/> are exact for checked heaps.</summary>
    public bool IsEstimate { get; }

    /// <summary>A description of each block, or of each sampled call stack; with stacks where the heap records them.</summary>
    public IReadOnlyList<string> Details { get; }

    /// <inheritdoc/>
    public override string ToString()
    {
        StringBuilder text = new();
        text.AppendLine(CultureInfo.InvariantCulture, $"Heap \"{HeapName}\": {Blocks} blocks of {Bytes} bytes were not freed.");
        foreach (string detail in Details) text.AppendLine(detail);
        return text.ToString();
    }

    internal static LeakReport? Of(NativeHeap heap, CheckedHeap? checks, HeapProfiler? profiler)
    {
        if (checks is not null)
        {
            BlockRecord[] blocks = checks.LiveBlocks();
            if (blocks.Length == 0) return null;
            long bytes = blocks.Sum(static block => (long)block.Size);
            return new LeakReport(heap.Name, blocks.Length, bytes, false, [.. blocks.Select(static block => block.Describe())]);
        }
        HeapStatistics statistics = heap.GetStatistics();
        if (statistics.LiveBlocks == 0) return null;
        IReadOnlyList<string> details = profiler is null ? [] : [.. profiler.Snapshot().Stacks.Select(static stack => stack.ToString())];
        return new LeakReport(heap.Name, statistics.LiveBlocks, statistics.LiveBytes, true, details);
    }
}
