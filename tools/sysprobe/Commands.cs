using System.CommandLine;
using Gabbro.Platform;

namespace Gabbro.Tools.SysProbe;

/// <summary>The command line: one command for each thing the package does.</summary>
internal static class Commands
{
    internal static RootCommand Build()
    {
        Option<bool> json = new("--json") { Description = "Print JSON instead of tables.", Recursive = true };
        RootCommand root = new("Shows what Gabbro.Platform sees and does on this system. Without a command: a directory, a file, a process and the machine.") { json };
        root.SetAction(result => Guard(() => Tour(result.GetValue(json))));

        Command machine = new("machine", "Processors, caches, memory, limits and kernel features.");
        machine.SetAction(result => Guard(() => MachineReport.Print(result.GetValue(json))));
        root.Add(machine);

        Argument<string> folder = new("path") { Description = "The directory.", DefaultValueFactory = _ => "." };
        Command list = new("ls", "Lists a directory.") { folder };
        list.SetAction(result => Guard(() => FileReport.List(result.GetValue(folder)!, result.GetValue(json))));
        root.Add(list);

        Argument<string> file = new("path") { Description = "The file." };
        Command read = new("cat", "Reads a file and writes it out.") { file };
        read.SetAction(result => Guard(() => FileReport.Cat(result.GetValue(file)!)));
        root.Add(read);

        Argument<string[]> command = new("command") { Description = "The program and its arguments; put -- before them.", Arity = ArgumentArity.OneOrMore };
        Command run = new("run", "Starts a process, waits for it, and tells how it ended.") { command };
        run.SetAction(result => Guard(() => ProcessReport.Run(result.GetValue(command)!, result.GetValue(json))));
        root.Add(run);
        return root;
    }

    /// <summary>A missing file and the like are told in one line, without a stack trace.</summary>
    private static int Guard(Func<int> action)
    {
        try
        {
            return action();
        }
        catch (PlatformException e) when (e.Kind != ErrorKind.BrokenPipe)
        {
            Console.Error.WriteLine($"sysprobe: {e.Message}");
            return 1;
        }
        catch (ArgumentException e)
        {
            Console.Error.WriteLine($"sysprobe: {e.Message}");
            return 2;
        }
    }

    private static int Tour(bool json)
    {
        if (json) return MachineReport.Print(json: true);
        FileReport.Summary(".");
        ProcessReport.Summary();
        return MachineReport.Print(json: false);
    }
}
