using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using Spectre.Console;

namespace Gabbro.Tools.HeapLab;

/// <summary>heaplab programs: real programs with and without the malloc library, their output compared; servers under load.</summary>
internal static class ProgramsCommand
{
    private sealed record Verdict(string Program, string Result, double Seconds, string Detail);

    internal static Command Create()
    {
        Option<string[]> only = new("--only") { Description = "Only these programs.", AllowMultipleArgumentsPerToken = true };
        Option<string> mode = new("--mode") { Description = "GABBRO_MALLOC for the runs, as hardened or checked.", DefaultValueFactory = _ => "" };
        Option<bool> all = new("--require-all") { Description = "Fail when a program is not installed, instead of saying so." };
        Option<bool> json = new("--json") { Description = "Print the verdicts as JSON." };
        Option<string?> library = new("--library") { Description = "The malloc library to use." };
        Command command = new("programs", "Runs real programs and servers under the malloc library and compares what they print.") { only, mode, all, json, library };
        command.SetAction(result =>
        {
            string path = MallocLibrary.Gabbro(result.GetValue(library));
            string[] wanted = result.GetValue(only) ?? [];
            string modes = result.GetValue(mode)!;
            string[] names = [.. RealProgram.All.Select(static program => program.Name), "redis-server", "nginx"];
            if (wanted.FirstOrDefault(name => !names.Contains(name)) is { } unknown)
                throw new ToolException($"there is no program \"{unknown}\" here; there are {string.Join(", ", names)}.");
            List<Verdict> verdicts = [];
            foreach (string name in names)
            {
                if (wanted.Length != 0 && !wanted.Contains(name)) continue;
                verdicts.Add(Try(name, path, modes));
                if (!result.GetValue(json)) Print(verdicts[^1]);
            }
            int wrong = verdicts.Count(static verdict => verdict.Result == "WRONG");
            string[] missing = [.. verdicts.Where(static verdict => verdict.Result == "missing").Select(static verdict => verdict.Program)];
            if (result.GetValue(json)) Console.Out.WriteLine(JsonSerializer.Serialize(verdicts, JsonSerializerOptions.Web));
            else AnsiConsole.WriteLine($"{verdicts.Count - wrong - missing.Length} same, {wrong} wrong, {missing.Length} not installed");
            if (missing.Length != 0) Console.Error.WriteLine($"heaplab: NOT CHECKED, because not installed: {string.Join(", ", missing)}");
            return wrong != 0 || (missing.Length != 0 && result.GetValue(all)) ? 1 : 0;
        });
        return command;
    }

    private static void Print(Verdict verdict) =>
        AnsiConsole.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{verdict.Program,-14} {verdict.Result,-8} {verdict.Seconds,6:0.00} s  {verdict.Detail}").TrimEnd());

    private static Verdict Try(string name, string library, string mode)
    {
        long from = Stopwatch.GetTimestamp();
        if (name is "redis-server" or "nginx") return Server(name, library, from);
        RealProgram program = RealProgram.All.First(candidate => candidate.Name == name);
        if (MallocLibrary.Find(program.Needs) is null || MallocLibrary.Find(program.File) is null) return new Verdict(name, "missing", 0, "");
        Dictionary<string, string> environment = new() { ["LC_ALL"] = "C" };
        (int plainExit, string plain) = MallocLibrary.Run(program.File, program.Arguments, null, environment, capture: true, errors: true);
        if (mode.Length != 0)
        {
            environment["GABBRO_MALLOC"] = mode;
            environment["GABBRO_MALLOC_OUTPUT"] = "/dev/null";
        }
        (int exit, string output) = MallocLibrary.Run(program.File, program.Arguments, library, environment, capture: true, errors: true);
        double seconds = Stopwatch.GetElapsedTime(from).TotalSeconds;
        if (exit != plainExit) return new Verdict(name, "WRONG", seconds, $"ended with {exit}, without the library with {plainExit}");
        return output == plain
            ? new Verdict(name, "same", seconds, $"{output.Length} characters")
            : new Verdict(name, "WRONG", seconds, $"printed {output.Length} characters, without the library {plain.Length}, or others");
    }

    private static Verdict Server(string name, string library, long from)
    {
        string[] needed = name == "nginx" ? ["nginx"] : ["redis-server", "redis-benchmark"];
        if (needed.Any(static program => MallocLibrary.Find(program) is null)) return new Verdict(name, "missing", 0, "");
        string? wrong = name == "nginx" ? ServerTrial.Nginx(library) : ServerTrial.Redis(library);
        double seconds = Stopwatch.GetElapsedTime(from).TotalSeconds;
        return wrong is null ? new Verdict(name, "same", seconds, "every answer under load") : new Verdict(name, "WRONG", seconds, wrong);
    }
}
