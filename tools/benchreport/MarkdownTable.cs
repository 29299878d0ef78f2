using System.Globalization;
using System.Text;

namespace Gabbro.Tools.BenchReport;

/// <summary>A report as a page: the machine, how it was made, and a table of ratios.</summary>
internal static class MarkdownTable
{
    public static string Of(string title, BenchmarkReport report, string baseline, string command, string commit, DateOnly date, string chart)
    {
        var text = new StringBuilder();
        text.Append($"# {title}\n\n");
        text.Append($"- Machine: {report.Processor}, {report.System}, {report.Runtime}\n");
        text.Append($"- Made on {date.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture)} at commit {commit} with BenchmarkDotNet {report.BenchmarkDotNet}\n");
        text.Append($"- Command: `{command}`\n\n");
        text.Append($"Median time an operation; the ratio is to `{baseline}` of the same row group, below 1 is faster. Ratios carry over to other machines, times do not.\n\n");
        text.Append($"![{title}]({chart})\n\n");
        text.Append("| benchmark | parameters | method | median | ± | ratio | allocated |\n| --- | --- | --- | ---: | ---: | ---: | ---: |\n");
        foreach (var result in report.Results)
        {
            var ratio = Ratio(report, result, baseline);
            text.Append(CultureInfo.InvariantCulture,
                $"| {result.Type} | {result.Parameters} | {result.Method} | {Time(result.Median)} | {Time(result.Error)} | {(ratio is { } r ? r.ToString("0.00", CultureInfo.InvariantCulture) : "")} | {(result.Allocated is { } b ? $"{b} B" : "")} |\n");
        }

        return text.ToString();
    }

    /// <summary>The time of a row over the time of its group's baseline; null where the group has none.</summary>
    public static double? Ratio(BenchmarkReport report, BenchmarkResult result, string baseline) =>
        report.Results.FirstOrDefault(r => r.Group == result.Group && r.Method == baseline) is { Median: > 0 } peer ? result.Median / peer.Median : null;

    private static string Time(double nanoseconds) => nanoseconds switch
    {
        < 1e3 => string.Create(CultureInfo.InvariantCulture, $"{nanoseconds:0.00} ns"),
        < 1e6 => string.Create(CultureInfo.InvariantCulture, $"{nanoseconds / 1e3:0.00} us"),
        < 1e9 => string.Create(CultureInfo.InvariantCulture, $"{nanoseconds / 1e6:0.00} ms"),
        _ => string.Create(CultureInfo.InvariantCulture, $"{nanoseconds / 1e9:0.00} s"),
    };
}
