using System.CommandLine;
using Gabbro.Alloc;

namespace Gabbro.Tools.HeapLab;

/// <summary>heaplab map: shows saved heap maps, compares two, or makes one of a heap with random blocks.</summary>
internal static class MapCommand
{
    internal static Command Create()
    {
        Argument<FileInfo[]> files = new("maps") { Description = "One saved map to show, or an earlier and a later one to compare; none for an example.", Arity = new ArgumentArity(0, 2) };
        Option<string> format = new("--format") { Description = "text, svg, html or saved.", DefaultValueFactory = _ => "text" };
        format.AcceptOnlyFromAmong("text", "svg", "html", "saved");
        Option<FileInfo?> output = new("--output", "-o") { Description = "Write to this file instead of standard output." };
        Option<int> operations = new("--operations") { Description = "For the example: how many random operations.", DefaultValueFactory = _ => 1000 };
        Option<int> seed = new("--seed") { Description = "For the example: the seed.", DefaultValueFactory = _ => 1 };
        Command command = new("map", "Shows or compares maps saved by HeapMap.Save, or a map of an example heap.") { files, format, output, operations, seed };
        command.SetAction(result =>
        {
            FileInfo[] given = result.GetValue(files) ?? [];
            string text;
            if (given.Length == 2)
            {
                text = Load(given[1]).Since(Load(given[0])).ToString();
            }
            else
            {
                HeapMap map = given.Length == 1 ? Load(given[0]) : Example(result.GetValue(operations), result.GetValue(seed));
                text = Render(map, result.GetValue(format)!);
            }
            if (result.GetValue(output) is { } file) File.WriteAllText(file.FullName, text);
            else Console.Out.Write(text);
            return 0;
        });
        return command;
    }

    private static string Render(HeapMap map, string format)
    {
        switch (format)
        {
            case "svg":
                return map.ToSvg();
            case "html":
                return map.ToHtml();
            case "saved":
                StringWriter writer = new();
                map.Save(writer);
                return writer.ToString();
            default:
                return map.ToText(24);
        }
    }

    private static HeapMap Load(FileInfo file)
    {
        if (!file.Exists) throw new ToolException($"{file.FullName} does not exist.");
        try
        {
            using StreamReader reader = file.OpenText();
            return HeapMap.Load(reader);
        }
        catch (FormatException error)
        {
            throw new ToolException($"{file.FullName}: {error.Message}");
        }
    }

    private static HeapMap Example(int operations, int seed)
    {
        using NativeHeap heap = new(new NativeHeapOptions { Name = $"{operations} random operations" });
        RandomUse.Run(heap, operations, seed, 16, 512);
        return heap.GetMap();
    }
}
