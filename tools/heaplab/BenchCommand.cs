using System.CommandLine;
using System.Text.Json;
using Gabbro.Tools.Charts;

namespace Gabbro.Tools.HeapLab;

/// <summary>heaplab bench: the workloads, on every allocator there is, interleaved; ratios to glibc or NativeMemory.</summary>
internal static class BenchCommand
{
    internal static Command Create()
    {
        Option<string[]> workloads = new("--workloads") { Description = "Only these (default all); --list names them.", AllowMultipleArgumentsPerToken = true };
        Option<double> scale = new("--scale") { Description = "How much work; 1 is about half a second each.", DefaultValueFactory = _ => 0.3 };
        Option<int> repeat = new("--repeat") { Description = "Runs of each; the best counts.", DefaultValueFactory = _ => 3 };
        Option<bool> managed = new("--managed") { Description = "Measure the .NET library against NativeMemory and ArrayPool instead." };
        Option<string[]> modes = new("--modes") { Description = "Also measure gabbro with GABBRO_MALLOC set to each of these, as hardened or stats.", AllowMultipleArgumentsPerToken = true };
        Option<bool> list = new("--list") { Description = "Name the workloads and the allocators found." };
        Option<bool> json = new("--json") { Description = "Print the results as JSON." };
        Option<FileInfo?> plot = new("--plot") { Description = "Write a bar chart of the time ratios to this SVG file." };
        Option<string?> library = new("--library") { Description = "The malloc library to measure." };
        Command command = new("bench", "Measures allocators, interleaved, and prints ratios.") { workloads, scale, repeat, managed, modes, list, json, plot, library };
        command.SetAction(result =>
        {
            if (result.GetValue(repeat) < 1 || result.GetValue(scale) <= 0) throw new ToolException("--repeat and --scale must be positive.");
            string[] wanted = result.GetValue(workloads) ?? [];
            if (result.GetValue(list))
            {
                List(result.GetValue(library));
                return 0;
            }
            BenchResult bench = result.GetValue(managed)
                ? ManagedBench.Run(wanted, result.GetValue(scale), result.GetValue(repeat))
                : NativeBench.Run(wanted, result.GetValue(scale), result.GetValue(repeat), result.GetValue(library), result.GetValue(modes) ?? []);
            if (result.GetValue(json)) Console.Out.WriteLine(JsonSerializer.Serialize(bench, JsonSerializerOptions.Web));
            else BenchTable.Print(bench);
            if (result.GetValue(plot) is { } file) File.WriteAllText(file.FullName, Plot(bench));
            return 0;
        });
        return command;
    }

    private static void List(string? library)
    {
        foreach (string name in NativeBench.Workloads()) Console.Out.WriteLine(name);
        foreach ((string name, string? path) in MallocLibrary.Peers()) Console.Out.WriteLine($"allocator {name} {path}");
        Console.Out.WriteLine($"allocator gabbro {MallocLibrary.Gabbro(library)}");
    }

    private static string Plot(BenchResult bench)
    {
        string[] others = [.. bench.Allocators.Where(name => name != bench.Baseline)];
        string[] names = [.. bench.Rows.Select(static row => row.Workload), "geometric mean"];
        List<BarSeries> series = [.. others.Select(name => new BarSeries(name, [.. bench.Rows.Select(row => row.TimeRatio(name)), bench.MeanTime(name)]))];
        return BarChart.Svg($"Time relative to {bench.Baseline} (less is better)", "ratio", names, series, 1.0);
    }
}
