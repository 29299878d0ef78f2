using System.CommandLine;
using System.Reflection;
using Gabbro.Tools.Tour;
using Gabbro.Tools.Tour.Steps;

// The crash step starts this program once more as the process to be killed.
if (args is [CrashStep.WriterVerb, var database])
    return CrashStep.RunWriter(database);

ITourStep[] all = [new WalkStep(), new SearchStep(), new StoreStep(), new CrashStep(), new ServeStep(), new MandelbrotStep(), new HeapStep()];
var names = string.Join(", ", all.Select(s => s.Name));

var quick = new Option<bool>("--quick") { Description = "The short form, some ten seconds." };
var json = new Option<bool>("--json") { Description = "Print one JSON document." };
var keep = new Option<bool>("--keep") { Description = "Keep the folder with what was made, and say where it is." };
var only = new Option<string[]>("--step") { Description = $"Run only these steps: {names}. Later steps need what earlier ones found.", AllowMultipleArgumentsPerToken = true };
only.Validators.Add(result =>
{
    foreach (var name in result.Tokens.Select(t => t.Value).Where(name => all.All(s => s.Name != name)))
        result.AddError($"There is no step '{name}'; the steps are {names}.");
});

var root = new RootCommand("The whole Gabbro family at work on this machine: it walks and searches a real tree, keeps what it found in a database, kills a writer, serves over HTTP, renders in parallel and maps a heap. Exit code 0 only if every step checked out.")
{
    quick, json, keep, only,
};
root.SetAction(result =>
{
    var chosen = result.GetValue(only) is { Length: > 0 } wanted ? all.Where(s => wanted.Contains(s.Name)).ToArray() : all;
    var folder = Directory.CreateTempSubdirectory("gabbro-tour-");
    try
    {
        var context = new TourContext(folder.FullName, result.GetValue(quick));
        var results = result.GetValue(json) ? TourOutput.AsJson(chosen, context)
            : Console.IsOutputRedirected ? TourOutput.AsLines(chosen, context)
            : TourOutput.OnTerminal(chosen, context);
        return results.TrueForAll(r => r.Error is null) ? 0 : 1;
    }
    finally
    {
        if (result.GetValue(keep))
            Console.Error.WriteLine($"kept: {folder.FullName}");
        else
            folder.Delete(recursive: true);
    }
});

var parsed = root.Parse(args);
var exitCode = parsed.Invoke();
// A wrong command line is 2 everywhere in Gabbro.
return parsed.Errors.Count > 0 ? 2 : exitCode;
