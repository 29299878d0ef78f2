using System.Diagnostics.Metrics;

namespace Gabbro.Alloc;

/// <summary>
/// The meter "Gabbro.Alloc": live, free, mapped and dirty bytes, allocations and fragmentation of every heap, read when a
/// listener asks.
/// </summary>
internal static class HeapMetrics
{
    private static readonly Meter s_meter = new("Gabbro.Alloc");

    static HeapMetrics()
    {
        s_meter.CreateObservableUpDownCounter("gabbro.alloc.live", () => Read(static s => s.LiveBytes), "By", "Bytes of blocks in use.");
        s_meter.CreateObservableUpDownCounter("gabbro.alloc.blocks", () => Read(static s => s.LiveBlocks), "{block}", "Blocks in use.");
        s_meter.CreateObservableUpDownCounter("gabbro.alloc.free", () => Read(static s => s.FreeBytes), "By", "Bytes mapped and not in use.");
        s_meter.CreateObservableUpDownCounter("gabbro.alloc.dirty", () => Read(static s => s.DirtyBytes), "By", "Bytes of free spans not given back yet.");
        s_meter.CreateObservableUpDownCounter("gabbro.alloc.mapped", () => Read(static s => s.MappedBytes), "By", "Bytes taken from the system.");
        s_meter.CreateObservableCounter("gabbro.alloc.allocations", () => Read(static s => s.Allocations), "{allocation}", "Allocations made.");
        s_meter.CreateObservableGauge("gabbro.alloc.fragmentation", () => Read(static s => s.ExternalFragmentation), "1", "Part of free spans outside the longest.");
    }

    /// <summary>Makes sure that the meter exists.</summary>
    internal static void Register() => _ = s_meter.Name;

    private static List<Measurement<T>> Read<T>(Func<HeapStatistics, T> value)
        where T : struct
    {
        List<Measurement<T>> measurements = [];
        foreach (NativeHeap heap in NativeHeap.GetHeaps())
        {
            // A heap may be disposed between the snapshot and the question; then it simply has no value any more.
            try
            {
                measurements.Add(new Measurement<T>(value(heap.GetStatistics()), new KeyValuePair<string, object?>("heap", heap.Name)));
            }
            catch (ObjectDisposedException)
            {
                continue;
            }
        }
        return measurements;
    }
}
