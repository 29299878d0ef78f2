using System.Diagnostics;
using System.Globalization;

namespace Gabbro.Storage.Benchmarks.BTree;

/// <summary>LMDB measured from a C program, compiled when first needed: what the library does without any wrapper.</summary>
internal static class NativeLmdb
{
    /// <summary>Compiles the program; null where there is no compiler or no lmdb.h.</summary>
    public static string? Compile(string directory)
    {
        var program = Path.Combine(directory, "lmdb-native");
        var source = Path.Combine(AppContext.BaseDirectory, "Native", "lmdb.c");
        try
        {
            return Run("cc", ["-O2", "-o", program, source, "-llmdb"], out _) == 0 ? program : null;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return null;
        }
    }

    /// <summary>Runs the workloads in a directory of their own.</summary>
    public static IEnumerable<(string Workload, double Rate)> Measure(string program, string directory, int records, int syncs)
    {
        Directory.CreateDirectory(directory);
        if (Run(program, [directory, Text(records), Text(syncs)], out var output) != 0)
            throw new InvalidOperationException($"{program} failed: {output}");
        foreach (var line in output.Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            var space = line.LastIndexOf(' ');
            yield return (line[..space], double.Parse(line.AsSpan(space), CultureInfo.InvariantCulture));
        }
    }

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);

    private static int Run(string program, string[] arguments, out string output)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true })!;
        output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return process.ExitCode;
    }
}
