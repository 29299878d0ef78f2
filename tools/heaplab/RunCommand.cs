using System.CommandLine;

namespace Gabbro.Tools.HeapLab;

/// <summary>heaplab run: a program under the malloc library, and what it did with memory.</summary>
internal static class RunCommand
{
    internal static Command Create()
    {
        Argument<string[]> program = new("program") { Description = "The program and its arguments, after --.", Arity = ArgumentArity.OneOrMore };
        Option<bool> count = new("--count") { Description = "Count every call and byte (slows the program down)." };
        Option<bool> check = new("--checked") { Description = "Check every block: double frees, overruns, writes after free abort with a report." };
        Option<bool> leaks = new("--leaks") { Description = "With --checked: list the blocks never freed." };
        Option<FileInfo?> trace = new("--trace") { Description = "Write a line for every call to this file." };
        Option<string?> library = new("--library") { Description = "The malloc library to use." };
        Command command = new("run", "Runs a program under the malloc library and reports its statistics.") { program, count, check, leaks, trace, library };
        command.SetAction(result =>
        {
            string[] words = result.GetValue(program)!;
            List<string> modes = ["stats"];
            if (result.GetValue(count)) modes.Add("count");
            if (result.GetValue(check)) modes.Add("checked");
            if (result.GetValue(leaks)) modes.Add("leaks");
            FileInfo? traceFile = result.GetValue(trace);
            if (traceFile is not null) modes.Add("trace");
            string report = traceFile?.FullName ?? Path.Combine(Path.GetTempPath(), $"heaplab-{Environment.ProcessId}.txt");
            Dictionary<string, string> environment = new()
            {
                ["GABBRO_MALLOC"] = string.Join(',', modes),
                ["GABBRO_MALLOC_OUTPUT"] = report,
            };
            (int exit, _) = MallocLibrary.Run(words[0], words[1..], MallocLibrary.Gabbro(result.GetValue(library)), environment, capture: false);
            if (File.Exists(report))
            {
                if (traceFile is null)
                {
                    Console.Error.Write(File.ReadAllText(report));
                    File.Delete(report);
                }
                else
                {
                    Console.Error.WriteLine($"heaplab: {File.ReadLines(report).LongCount()} lines in {report}");
                }
            }
            return exit;
        });
        return command;
    }
}
