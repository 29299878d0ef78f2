using System.Globalization;

namespace Gabbro.Tools.HeapLab;

/// <summary>Compiles workloads.c once and runs each workload in a process of its own under each malloc in turn.</summary>
internal static class NativeBench
{
    internal static string[] Workloads() =>
        MallocLibrary.Run(Compile(), [], null, new Dictionary<string, string>(), capture: true).Output.Split('\n', StringSplitOptions.RemoveEmptyEntries);

    internal static BenchResult Run(string[] wanted, double scale, int repeat, string? library, string[] modes)
    {
        List<Contender> allocators = [.. MallocLibrary.Peers().Select(static peer => new Contender(peer.Name, peer.Path, ""))];
        string gabbro = MallocLibrary.Gabbro(library);
        allocators.Insert(1, new Contender("gabbro", gabbro, ""));
        allocators.InsertRange(2, modes.Select(mode => new Contender($"gabbro {mode}", gabbro, mode)));
        string program = Compile();
        string[] all = Workloads();
        foreach (string name in wanted)
        {
            if (!all.Contains(name)) throw new ToolException($"there is no workload \"{name}\"; see heaplab bench --list.");
        }
        List<BenchRow> rows = [];
        foreach (string workload in wanted.Length == 0 ? all : wanted)
        {
            BenchRow row = new(workload, "glibc", [], []);
            // One allocator after the other, several times over: drifts of the machine hit all alike.
            for (int i = 0; i < repeat; i++)
            {
                foreach (Contender allocator in allocators) Measure(program, workload, scale, allocator, row);
            }
            rows.Add(row);
        }
        return new BenchResult("glibc", [.. allocators.Select(static a => a.Name)], rows);
    }

    /// <summary>A malloc by preload; the mode is the library's environment variable, and its reports go nowhere.</summary>
    private sealed record Contender(string Name, string? Path, string Mode);

    private static void Measure(string program, string workload, double scale, Contender allocator, BenchRow row)
    {
        string[] arguments = [workload, scale.ToString(CultureInfo.InvariantCulture)];
        Dictionary<string, string> environment = [];
        if (allocator.Mode.Length != 0)
        {
            environment["GABBRO_MALLOC"] = allocator.Mode;
            environment["GABBRO_MALLOC_OUTPUT"] = "/dev/null";
        }
        (int exit, string output) = MallocLibrary.Run(program, arguments, allocator.Path, environment, capture: true);
        string name = allocator.Name;
        string[] words = output.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        if (exit != 0 || words.Length < 3) return;
        double seconds = double.Parse(words[1], CultureInfo.InvariantCulture);
        double peak = double.Parse(words[2], CultureInfo.InvariantCulture);
        row.Seconds[name] = Math.Min(seconds, row.Seconds.GetValueOrDefault(name, double.MaxValue));
        row.PeakKib[name] = Math.Max(peak, row.PeakKib.GetValueOrDefault(name));
    }

    private static string Compile()
    {
        string source = Path.Combine(AppContext.BaseDirectory, "workloads.c");
        string program = Path.Combine(Path.GetTempPath(), $"heaplab-workloads-{File.GetLastWriteTimeUtc(source).Ticks:x}");
        if (File.Exists(program)) return program;
        // Built beside and moved into place: two runs at once must not see half a program.
        string made = $"{program}.{Environment.ProcessId}";
        (int exit, _) = MallocLibrary.Run("gcc", ["-O2", "-fno-builtin-malloc", "-pthread", "-o", made, source], null, new Dictionary<string, string>(), capture: false);
        if (exit != 0) throw new ToolException("gcc could not compile the workloads.");
        File.Move(made, program, overwrite: true);
        return program;
    }
}
