using System.CommandLine;
using Gabbro.Tools.HeapLab;
using Spectre.Console;

if (Console.IsOutputRedirected)
{
    // Colours and line breaks are for terminals.
    AnsiConsole.Profile.Capabilities.Ansi = false;
    AnsiConsole.Profile.Capabilities.ColorSystem = ColorSystem.NoColors;
    AnsiConsole.Profile.Width = 200;
}
RootCommand root = new("Shows, measures and maps Gabbro.Alloc's heaps, and runs programs under its malloc library.")
{
    DemoCommand.Create(), BenchCommand.Create(), MapCommand.Create(), FragmentationCommand.Create(), RunCommand.Create(), ProgramsCommand.Create(),
};
ParseResult parsed = root.Parse(args);
try
{
    int exit = parsed.Invoke(new InvocationConfiguration { EnableDefaultExceptionHandler = false });
    return parsed.Errors.Count > 0 ? 2 : exit;
}
catch (ToolException error)
{
    Console.Error.WriteLine($"heaplab: {error.Message}");
    return 1;
}
catch (IOException error)
{
    // A reader that has gone away (a pipe into head) is no error of ours to explain; anything else is.
    if (error.HResult == BrokenPipe) return 1;
    Console.Error.WriteLine($"heaplab: {error.Message}");
    return 1;
}

internal partial class Program
{
    private const int BrokenPipe = 32;
}
