using System.Globalization;
using System.Text;

namespace Gabbro.Alloc;

/// <summary>
/// The books of a heap at one moment: <see cref="LiveBytes"/> + <see cref="FreeBytes"/> + <see cref="MetadataBytes"/> =
/// <see cref="MappedBytes"/>, always. Exact while no other thread uses the heap, else right for each part when it was read.
/// </summary>
public sealed class HeapStatistics
{
    /// <summary>Bytes of blocks in use, as rounded up to their classes.</summary>
    public required long LiveBytes { get; init; }

    /// <summary>Blocks in use.</summary>
    public required long LiveBlocks { get; init; }

    /// <summary>Bytes mapped and not in use, in all the places named below.</summary>
    public required long FreeBytes { get; init; }

    /// <summary>Bytes of the heap's own records.</summary>
    public required long MetadataBytes { get; init; }

    /// <summary>Bytes of accessible memory taken from the system; free spans among it may have been given back.</summary>
    public required long MappedBytes { get; init; }

    /// <summary>The most bytes ever mapped at once.</summary>
    public required long PeakMappedBytes { get; init; }

    /// <summary>Bytes of address space taken, accessible or not.</summary>
    public required long ReservedBytes { get; init; }

    /// <summary>Of the free bytes: blocks that threads keep.</summary>
    public required long CachedBytes { get; init; }

    /// <summary>Of the free bytes: spans in no use.</summary>
    public required long FreeSpanBytes { get; init; }

    /// <summary>Of the free spans: bytes not given back to the system yet.</summary>
    public required long DirtyBytes { get; init; }

    /// <summary>The longest free span.</summary>
    public required long LargestFreeSpanBytes { get; init; }

    /// <summary>How many free spans there are; neighbours are always merged.</summary>
    public required long FreeSpans { get; init; }

    /// <summary>Bytes of blocks beyond 128 KiB in use.</summary>
    public required long LargeBytes { get; init; }

    /// <summary>Bytes ever given back to the system while the heap lived.</summary>
    public required long PurgedBytes { get; init; }

    /// <summary>Allocations ever made.</summary>
    public required long Allocations { get; init; }

    /// <summary>The size classes that have pages.</summary>
    public required IReadOnlyList<SizeClassStatistics> SizeClasses { get; init; }

    /// <summary>The threads that use or used the heap.</summary>
    public required IReadOnlyList<ThreadStatistics> Threads { get; init; }

    /// <summary>Allocations ever freed.</summary>
    public long Frees => Allocations - LiveBlocks;

    /// <summary>
    /// The part of the live bytes that no one asked for, 0 to 1: lost to rounding up. Estimated from a sample of requests.
    /// </summary>
    public double InternalFragmentation
    {
        get
        {
            double lost = 0;
            foreach (SizeClassStatistics c in SizeClasses)
            {
                if (c.AverageRequest > 0) lost += c.Live * (c.BlockBytes - c.AverageRequest);
            }
            return LiveBytes == 0 ? 0 : lost / LiveBytes;
        }
    }

    /// <summary>
    /// How far free spans are scattered, 0 to 1: the part of their bytes that is outside the longest one.
    /// </summary>
    public double ExternalFragmentation => FreeSpanBytes == 0 ? 0 : 1 - (double)LargestFreeSpanBytes / FreeSpanBytes;

    /// <summary>A table of the books, a line for each size class.</summary>
    /// <returns>Several lines.</returns>
    public override string ToString()
    {
        StringBuilder text = new();
        text.AppendLine(CultureInfo.InvariantCulture,
            $"live {LiveBytes} in {LiveBlocks} blocks + free {FreeBytes} + metadata {MetadataBytes} = mapped {MappedBytes} (peak {PeakMappedBytes})");
        text.AppendLine(CultureInfo.InvariantCulture,
            $"allocations {Allocations}, frees {Frees}; internal fragmentation {InternalFragmentation:P1}, external {ExternalFragmentation:P1}");
        text.AppendLine("     class       live     cached       free      pages");
        foreach (SizeClassStatistics c in SizeClasses)
            text.AppendLine(CultureInfo.InvariantCulture, $"{c.BlockBytes,10} {c.Live,10} {c.Cached,10} {c.Free,10} {c.Pages,10}");
        return text.ToString();
    }
}
