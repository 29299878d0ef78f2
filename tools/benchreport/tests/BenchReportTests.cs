using System.Diagnostics;
using System.Xml.Linq;
using Gabbro.Tools.Charts;

namespace Gabbro.Tools.BenchReport.Tests;

public sealed class BenchReportTests
{
    private const string Report = """
        {
          "HostEnvironmentInfo": { "BenchmarkDotNetVersion": "0.14.0", "OsVersion": "Linux", "ProcessorName": "A CPU", "RuntimeVersion": ".NET 10" },
          "Benchmarks": [
            { "Type": "Find", "Method": "IndexOf", "Parameters": "n=16", "Statistics": { "Median": 200, "StandardError": 1.5 }, "Memory": { "BytesAllocatedPerOperation": 32 } },
            { "Type": "Find", "Method": "Gabbro", "Parameters": "n=16", "Statistics": { "Median": 50, "StandardError": 0.5 }, "Memory": { "BytesAllocatedPerOperation": 0 } }
          ]
        }
        """;

    private string _folder = "";

    [SetUp]
    public void MakeFolder() => _folder = Directory.CreateTempSubdirectory("gabbro-benchreport-").FullName;

    [TearDown]
    public void RemoveFolder() => Directory.Delete(_folder, recursive: true);

    [Test]
    public void Run_OnReport_WritesRatiosAndAChart()
    {
        var (exitCode, _, error) = Run(Write(Report), "--out", _folder, "--name", "find", "--baseline", "IndexOf", "--command", "dotnet run", "--commit", "abc", "--date", "2026-01-02");

        Assert.That(exitCode, Is.Zero, error);
        var page = File.ReadAllText(Path.Combine(_folder, "find.md"));
        Assert.That(page, Does.Contain("| Find | n=16 | Gabbro | 50.00 ns | 0.50 ns | 0.25 | 0 B |"));
        Assert.That(page, Does.Contain("A CPU").And.Contain("2026-01-02").And.Contain("abc").And.Contain("dotnet run"));
        var svg = XDocument.Parse(File.ReadAllText(Path.Combine(_folder, "find.svg")));
        Assert.That(svg.Descendants().Count(e => e.Name.LocalName == "title"), Is.EqualTo(2), "a bar for each row");
    }

    [Test]
    public void Run_OnFailedBenchmark_SaysWhichAndExitsWithOne()
    {
        var (exitCode, _, error) = Run(Write(Report.Replace("\"Statistics\": { \"Median\": 50, \"StandardError\": 0.5 }", "\"DisplayInfo\": \"Find.Gabbro\", \"Statistics\": null")),
            "--out", _folder, "--name", "find", "--command", "x", "--commit", "y");

        Assert.That((exitCode, error.Trim()), Is.EqualTo((1, $"benchreport: {Path.Combine(_folder, "in.json")}: Find.Gabbro has no result")));
    }

    [Test]
    public void Run_OnMissingFile_PrintsOneLineAndExitsWithOne()
    {
        var (exitCode, _, error) = Run(Path.Combine(_folder, "none.json"), "--out", _folder, "--name", "x", "--command", "x", "--commit", "y");

        Assert.That(exitCode, Is.EqualTo(1));
        Assert.That(error.Trim().Split('\n'), Has.Length.EqualTo(1));
    }

    [Test]
    public void Run_OnWrongOption_ExitsWithTwo() => Assert.That(Run("--nonsense").ExitCode, Is.EqualTo(2));

    [Test]
    public void LineChart_OnLogarithmicAxes_LeavesOutWhatCannotBeDrawn()
    {
        var svg = XDocument.Parse(LineChart.Svg("t", "x", "y", [new LineSeries("a", [(1, 10), (10, 0), (100, double.NaN), (1000, 1e6)])], logX: true, logY: true));

        Assert.That(svg.Descendants().Count(e => e.Name.LocalName == "circle"), Is.EqualTo(2));
    }

    private string Write(string text)
    {
        var path = Path.Combine(_folder, "in.json");
        File.WriteAllText(path, text);
        return path;
    }

    private static (int ExitCode, string Output, string Error) Run(params string[] arguments)
    {
        var start = new ProcessStartInfo("dotnet", [typeof(BenchmarkReport).Assembly.Location, .. arguments]) { RedirectStandardOutput = true, RedirectStandardError = true };
        using var process = Process.Start(start)!;
        var error = process.StandardError.ReadToEndAsync();
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return (process.ExitCode, output, error.Result);
    }
}
