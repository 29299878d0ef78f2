using System.CommandLine;
using Gabbro.Tools.BenchReport;

var input = new Argument<FileInfo>("json") { Description = "BenchmarkDotNet's JSON export (--exporters json)." };
var output = new Option<DirectoryInfo>("--out") { Description = "The folder for NAME.md and NAME.svg.", Required = true };
var name = new Option<string>("--name") { Description = "The file name without extension, and the title unless --title is given.", Required = true };
var title = new Option<string?>("--title") { Description = "The heading." };
var baseline = new Option<string>("--baseline") { Description = "The method other rows are divided by.", DefaultValueFactory = _ => "Baseline" };
var command = new Option<string>("--command") { Description = "The command that made the results.", Required = true };
var commit = new Option<string>("--commit") { Description = "The commit measured.", Required = true };
var date = new Option<DateOnly?>("--date") { Description = "The day measured (yyyy-mm-dd); today unless given." };

var root = new RootCommand("Turns BenchmarkDotNet's JSON into a Markdown table and an SVG bar chart.") { input, output, name, title, baseline, command, commit, date };
root.SetAction(result =>
{
    try
    {
        var report = BenchmarkReport.Read(result.GetValue(input)!.FullName);
        var folder = result.GetValue(output)!;
        var file = result.GetValue(name)!;
        var heading = result.GetValue(title) ?? file;
        folder.Create();
        File.WriteAllText(Path.Combine(folder.FullName, file + ".svg"), ReportChart.Svg(heading, report, result.GetValue(baseline)!));
        File.WriteAllText(Path.Combine(folder.FullName, file + ".md"), MarkdownTable.Of(heading, report, result.GetValue(baseline)!,
            result.GetValue(command)!, result.GetValue(commit)!, result.GetValue(date) ?? DateOnly.FromDateTime(DateTime.UtcNow), file + ".svg"));
        return 0;
    }
    catch (Exception e) when (e is IOException or UnauthorizedAccessException or InvalidDataException or System.Text.Json.JsonException or KeyNotFoundException)
    {
        Console.Error.WriteLine($"benchreport: {e.Message}");
        return 1;
    }
});

var parsed = root.Parse(args);
var exitCode = parsed.Invoke();
return parsed.Errors.Count > 0 ? 2 : exitCode;
