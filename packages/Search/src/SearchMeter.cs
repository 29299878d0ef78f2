using System.Diagnostics.Metrics;

namespace Gabbro.Search;

/// <summary>
/// What the package counts about itself, published by the meter <c>Gabbro.Search</c>: finders built and the times a search
/// gave up a guess. Nothing is counted per search: that would cost a good part of a short one.
/// </summary>
internal static class SearchMeter
{
    private static long _finders, _multiFinders, _probeChanges, _packedScansLeft;

    // The runtime's own switch. A tool that turns metrics off is spared loading them.
    private static readonly Meter? Meter =
        AppContext.TryGetSwitch("System.Diagnostics.Metrics.Meter.IsSupported", out bool supported) && !supported ? null : Create();

    internal static void FinderBuilt()
    {
        Interlocked.Increment(ref _finders);
        GC.KeepAlive(Meter);
    }

    internal static void PatternsBuilt()
    {
        Interlocked.Increment(ref _multiFinders);
        GC.KeepAlive(Meter);
    }

    internal static void ProbesChanged() => Interlocked.Increment(ref _probeChanges);

    internal static void PackedScanLeft() => Interlocked.Increment(ref _packedScansLeft);

    private static Meter Create()
    {
        Meter meter = new("Gabbro.Search");
        meter.CreateObservableCounter("gabbro.search.finders", () => Volatile.Read(ref _finders), "{finder}", "Finders built for one needle.");
        meter.CreateObservableCounter("gabbro.search.multi_finders", () => Volatile.Read(ref _multiFinders), "{finder}", "Finders built for many patterns.");
        meter.CreateObservableCounter("gabbro.search.probe_changes", () => Volatile.Read(ref _probeChanges), "{change}", "Times a scan changed what it looks for because too much passed.");
        meter.CreateObservableCounter("gabbro.search.packed_scans_left", () => Volatile.Read(ref _packedScansLeft), "{scan}", "Times a search for many patterns left its filter for the automaton.");
        return meter;
    }
}
