using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using Gabbro.Alloc;
using Spectre.Console;

namespace Gabbro.Tools.HeapLab;

/// <summary>heaplab demo: four things an allocator must do, done and verified in a second.</summary>
internal static unsafe class DemoCommand
{
    private const int BlocksPerThread = 1000;

    internal static Command Create()
    {
        Option<string?> library = new("--library") { Description = "The malloc library for the last part." };
        Command command = new("demo", "Allocates, caches, merges and runs a real program, and verifies each.") { library };
        command.SetAction(result =>
        {
            AnsiConsole.MarkupLine("[bold]Gabbro.Alloc demo[/]");
            bool passed = Basic() & Threads() & Coalescing() & RealProgram(result.GetValue(library));
            AnsiConsole.MarkupLine(passed ? "[bold green]All passed.[/]" : "[bold red]Something failed.[/]");
            return passed ? 0 : 1;
        });
        return command;
    }

    private static bool Basic()
    {
        Heading("1. Basic allocation");
        using NativeHeap heap = new();
        byte* block = (byte*)heap.Alloc(100);
        for (int i = 0; i < 100; i++) block[i] = (byte)i;
        bool good = (nuint)block % 16 == 0 && block[99] == 99;
        string address = $"Alloc(100) returned 0x{(nuint)block:x}, {heap.UsableSize(block)} bytes usable";
        heap.Free(block);
        return Say(good, address) & Say(heap.GetStatistics().LiveBlocks == 0, "Free: nothing is live any more");
    }

    private static bool Threads()
    {
        Heading("2. Per-thread lists");
        using NativeHeap heap = new();
        double[] milliseconds = new double[4];
        Thread[] threads = new Thread[4];
        for (int t = 0; t < threads.Length; t++)
        {
            int index = t;
            threads[t] = new Thread(() =>
            {
                nuint* blocks = stackalloc nuint[BlocksPerThread];
                for (int i = 0; i < BlocksPerThread; i++) blocks[i] = (nuint)heap.Alloc(64);
                for (int i = 0; i < BlocksPerThread; i++) heap.Free((void*)blocks[i]);
                long from = Stopwatch.GetTimestamp();
                for (int i = 0; i < BlocksPerThread; i++) blocks[i] = (nuint)heap.Alloc(64);
                for (int i = 0; i < BlocksPerThread; i++) heap.Free((void*)blocks[i]);
                milliseconds[index] = Stopwatch.GetElapsedTime(from).TotalMilliseconds;
            });
            threads[t].Start();
        }
        foreach (Thread thread in threads) thread.Join();
        for (int t = 0; t < threads.Length; t++)
            AnsiConsole.WriteLine(string.Create(CultureInfo.InvariantCulture, $"   thread {t + 1}: {BlocksPerThread} blocks allocated and freed in {milliseconds[t]:0.000} ms"));
        HeapStatistics statistics = heap.GetStatistics();
        return Say(statistics.LiveBlocks == 0 && statistics.Allocations == 4 * 2 * BlocksPerThread,
            $"{statistics.Allocations} allocations, {statistics.Frees} frees, none shared a lock on the way");
    }

    private static bool Coalescing()
    {
        Heading("3. Coalescing");
        using NativeHeap heap = new();
        List<nuint> blocks = [];
        for (int i = 0; i < 40; i++) blocks.Add((nuint)heap.Alloc(200_000));
        for (int i = 0; i < blocks.Count; i += 2) heap.Free((void*)blocks[i]);
        HeapStatistics before = heap.GetStatistics();
        for (int i = 1; i < blocks.Count; i += 2) heap.Free((void*)blocks[i]);
        HeapStatistics after = heap.GetStatistics();
        AnsiConsole.WriteLine($"   every second of 40 spans freed: {before.FreeSpans} free spans, the longest {before.LargestFreeSpanBytes} bytes");
        AnsiConsole.WriteLine($"   the others freed too: {after.FreeSpans} free span(s), the longest {after.LargestFreeSpanBytes} bytes");
        return Say(after.FreeSpans == 1 && after.ExternalFragmentation == 0, "all neighbours are merged");
    }

    private static bool RealProgram(string? given)
    {
        Heading("4. A real program on this malloc");
        if (!OperatingSystem.IsLinux() || (given is null && !File.Exists(Path.Combine(AppContext.BaseDirectory, "libgabbro-malloc.so"))))
        {
            AnsiConsole.WriteLine("   the malloc library is for x64 Linux; not run here");
            return true;
        }
        string report = Path.Combine(Path.GetTempPath(), $"heaplab-demo-{Environment.ProcessId}.txt");
        Dictionary<string, string> environment = new() { ["GABBRO_MALLOC"] = "count", ["GABBRO_MALLOC_OUTPUT"] = report };
        string[] arguments = ["/usr/lib", "-name", "*.so"];
        (int exit, string output) = MallocLibrary.Run("find", arguments, MallocLibrary.Gabbro(given), environment, capture: true);
        (int plainExit, string plain) = MallocLibrary.Run("find", arguments, null, new Dictionary<string, string>(), capture: true);
        bool good = Say(exit == plainExit && output == plain, $"find /usr/lib -name '*.so' printed the same {output.Count(static c => c == '\n')} lines as without");
        if (File.Exists(report))
        {
            AnsiConsole.WriteLine("   " + File.ReadAllText(report).Trim());
            File.Delete(report);
        }
        return good;
    }

    private static void Heading(string text) => AnsiConsole.MarkupLine($"[bold]{text.EscapeMarkup()}[/]");

    private static bool Say(bool good, string text)
    {
        AnsiConsole.MarkupLine($"   {(good ? "[green]ok[/]" : "[red]FAILED[/]")} {text.EscapeMarkup()}");
        return good;
    }
}
