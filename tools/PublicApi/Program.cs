using System.CommandLine;
using Gabbro.Tools.PublicApi;

var assembly = new Argument<FileInfo>("assembly") { Description = "The built assembly." };
var baseline = new Argument<FileInfo>("baseline") { Description = "The checked-in listing." };
var after = new Argument<FileInfo>("after") { Description = "The newer listing." };
var references = new Option<FileInfo?>("--references") { Description = "A file naming the assemblies it was compiled against, one a line." };

var list = new Command("list", "Print the public API of an assembly.") { assembly, references };
list.SetAction(result => Guarded(() =>
{
    foreach (var line in ApiListing.Of(result.GetValue(assembly)!, result.GetValue(references)))
        Console.WriteLine(line);
    return 0;
}));

var check = new Command("check", "Compare an assembly with its baseline: one error line per difference, exit code 1 if any.") { assembly, baseline, references };
check.SetAction(result => Guarded(() =>
{
    var file = result.GetValue(baseline)!;
    var expected = file.Exists ? File.ReadAllLines(file.FullName) : [];
    var differences = ApiDifference.Between(expected, ApiListing.Of(result.GetValue(assembly)!, result.GetValue(references)));
    foreach (var difference in differences)
        Console.WriteLine(difference.ToBuildError(file.FullName));
    return differences.Count == 0 ? 0 : 1;
}));

var update = new Command("update", "Write an assembly's public API over its baseline.") { assembly, baseline, references };
update.SetAction(result => Guarded(() =>
{
    var text = string.Concat(ApiListing.Of(result.GetValue(assembly)!, result.GetValue(references)).Select(line => line + "\n"));
    var file = result.GetValue(baseline)!;
    file.Directory!.Create();
    if (!file.Exists || File.ReadAllText(file.FullName) != text)
        File.WriteAllText(file.FullName, text);
    return 0;
}));

var diff = new Command("diff", "Print the differences of two listings as Markdown.") { baseline, after };
diff.SetAction(result => Guarded(() =>
{
    var before = result.GetValue(baseline)!;
    var expected = before.Exists ? File.ReadAllLines(before.FullName) : [];
    foreach (var line in ApiDifference.ToMarkdown(ApiDifference.Between(expected, File.ReadAllLines(result.GetValue(after)!.FullName))))
        Console.WriteLine(line);
    return 0;
}));

var parsed = new RootCommand("Public API baselines: lists an assembly's public surface and compares it.") { list, check, update, diff }.Parse(args);
var exitCode = parsed.Invoke();
// System.CommandLine prints the error and the usage; a wrong command line is 2 everywhere in Gabbro.
return parsed.Errors.Count > 0 ? 2 : exitCode;

static int Guarded(Func<int> action)
{
    try
    {
        return action();
    }
    catch (Exception e) when (e is IOException or UnauthorizedAccessException or BadImageFormatException)
    {
        Console.Error.WriteLine($"publicapi : error GAPI003: {e.Message}");
        return 1;
    }
}
