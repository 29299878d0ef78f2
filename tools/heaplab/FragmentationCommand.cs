using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using Gabbro.Alloc;
using Spectre.Console;

namespace Gabbro.Tools.HeapLab;

/// <summary>heaplab frag: where the memory of a heap is after random use, by size class.</summary>
internal static class FragmentationCommand
{
    internal static Command Create()
    {
        Option<int> operations = new("--operations") { Description = "How many random operations.", DefaultValueFactory = _ => 100_000 };
        Option<int> seed = new("--seed") { Description = "The seed.", DefaultValueFactory = _ => 1 };
        Option<int> smallest = new("--smallest") { Description = "The smallest size in bytes.", DefaultValueFactory = _ => 16 };
        Option<int> largest = new("--largest") { Description = "The largest size in bytes.", DefaultValueFactory = _ => 4096 };
        Option<bool> json = new("--json") { Description = "Print the books as JSON." };
        Command command = new("frag", "Shows internal and external fragmentation after random use.") { operations, seed, smallest, largest, json };
        command.SetAction(result =>
        {
            int low = result.GetValue(smallest);
            int high = result.GetValue(largest);
            if (low < 0 || high < low) throw new ToolException("--smallest must not be negative or above --largest.");
            using NativeHeap heap = new();
            long requested = RandomUse.Run(heap, result.GetValue(operations), result.GetValue(seed), low, high);
            HeapStatistics statistics = heap.GetStatistics();
            if (result.GetValue(json)) Console.Out.WriteLine(JsonSerializer.Serialize(new { requested, statistics }, JsonSerializerOptions.Web));
            else Print(requested, statistics);
            return 0;
        });
        return command;
    }

    private static void Print(long requested, HeapStatistics statistics)
    {
        Table table = new() { Border = TableBorder.Simple };
        foreach (string heading in (string[])["Class", "Live", "Kept by threads", "Free", "Pages", "Free part"])
            table.AddColumn(new TableColumn(heading).RightAligned());
        foreach (SizeClassStatistics c in statistics.SizeClasses)
        {
            long all = c.Live + c.Cached + c.Free;
            table.AddRow(Number(c.BlockBytes), Number(c.Live), Number(c.Cached), Number(c.Free), Number(c.Pages),
                ((double)(c.Cached + c.Free) / all).ToString("P1", CultureInfo.InvariantCulture));
        }
        AnsiConsole.Write(table);
        double overhead = (double)(statistics.LiveBytes - requested) / requested;
        AnsiConsole.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"asked for {requested:N0} bytes, live {statistics.LiveBytes:N0}: {overhead:P1} lost to rounding up"));
        AnsiConsole.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"mapped {statistics.MappedBytes:N0} = live + free {statistics.FreeBytes:N0} + metadata {statistics.MetadataBytes:N0}"));
        AnsiConsole.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"free spans {statistics.FreeSpans} of {statistics.FreeSpanBytes:N0} bytes, longest {statistics.LargestFreeSpanBytes:N0}: external fragmentation {statistics.ExternalFragmentation:P1}"));
    }

    private static string Number(long value) => value.ToString("N0", CultureInfo.InvariantCulture);
}
