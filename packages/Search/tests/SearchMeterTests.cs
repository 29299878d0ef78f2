using System.Diagnostics.Metrics;
using Gabbro.Search.Patterns;

namespace Gabbro.Search.Tests;

internal sealed class SearchMeterTests
{
    [Test]
    public void Meter_FindersBuiltAndGuessesGivenUp_AreCounted()
    {
        Dictionary<string, long> before = Read();
        _ = Finder.Create("needle");
        _ = TextFinder.Create("needle");
        _ = MultiFinder.Create(["one", "two"]);
        // Where only four letters occur, any two probes agree too often.
        Random random = new(1);
        byte[] text = [.. Enumerable.Range(0, 50_000).Select(_ => (byte)"acgt"[random.Next(4)])];
        Assert.That(Finder.Create("gattacagattacagattaca").IndexOf(text), Is.EqualTo(-1));
        byte[] dense = [.. Enumerable.Repeat((byte)'a', 20_000)];
        Assert.That(MultiFinder.Create(["aaaaaaab", "aaaaaaac"]).IndexOf(dense), Is.EqualTo(-1));
        Dictionary<string, long> after = Read();
        Assert.That(after["gabbro.search.finders"] - before["gabbro.search.finders"], Is.GreaterThanOrEqualTo(3));
        Assert.That(after["gabbro.search.multi_finders"] - before["gabbro.search.multi_finders"], Is.GreaterThanOrEqualTo(2));
        Assert.That(after["gabbro.search.probe_changes"], Is.GreaterThan(before["gabbro.search.probe_changes"]));
        Assert.That(after, Contains.Key("gabbro.search.packed_scans_left"));
    }

    private static Dictionary<string, long> Read()
    {
        _ = Finder.Create("a");
        Dictionary<string, long> values = [];
        using MeterListener listener = new();
        listener.InstrumentPublished = (instrument, self) =>
        {
            if (instrument.Meter.Name == "Gabbro.Search") self.EnableMeasurementEvents(instrument);
        };
        listener.SetMeasurementEventCallback<long>((instrument, value, _, _) => values[instrument.Name] = value);
        listener.Start();
        listener.RecordObservableInstruments();
        return values;
    }
}
