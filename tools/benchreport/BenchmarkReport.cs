using System.Text.Json;

namespace Gabbro.Tools.BenchReport;

/// <summary>The results of one BenchmarkDotNet run with the machine they were made on.</summary>
internal sealed record BenchmarkReport(string Processor, string System, string Runtime, string BenchmarkDotNet, IReadOnlyList<BenchmarkResult> Results)
{
    /// <summary>Reads the "full" or "brief" JSON export of BenchmarkDotNet.</summary>
    public static BenchmarkReport Read(string path)
    {
        using var document = JsonDocument.Parse(File.ReadAllBytes(path));
        var root = document.RootElement;
        var host = root.GetProperty("HostEnvironmentInfo");
        var results = new List<BenchmarkResult>();
        foreach (var benchmark in root.GetProperty("Benchmarks").EnumerateArray())
        {
            // A benchmark that failed has no statistics; leaving it out silently would make the table look whole.
            if (!benchmark.TryGetProperty("Statistics", out var statistics) || statistics.ValueKind != JsonValueKind.Object)
                throw new InvalidDataException($"{path}: {Text(benchmark, "DisplayInfo")} has no result");
            long? allocated = benchmark.TryGetProperty("Memory", out var memory) && memory.TryGetProperty("BytesAllocatedPerOperation", out var bytes) && bytes.ValueKind == JsonValueKind.Number
                ? bytes.GetInt64()
                : null;
            results.Add(new BenchmarkResult(Text(benchmark, "Type"), Text(benchmark, "Method"), Text(benchmark, "Parameters"),
                statistics.GetProperty("Median").GetDouble(), statistics.GetProperty("StandardError").GetDouble(), allocated));
        }

        return new BenchmarkReport(Text(host, "ProcessorName"), Text(host, "OsVersion"), Text(host, "RuntimeVersion"), Text(host, "BenchmarkDotNetVersion"), results);
    }

    private static string Text(JsonElement element, string name) => element.TryGetProperty(name, out var value) ? value.ToString() : "";
}
