using System.Diagnostics;
using System.Globalization;

namespace Gabbro.Storage.Benchmarks.BTree;

/// <summary>Synced commits by processes of their own on one database.</summary>
internal static class WritingProcesses
{
    public const string Verb = "btree-writer";

    /// <summary>The rate of all processes together, from the moment all are open.</summary>
    public static double Measure(string store, string directory, int processes, int commitsEach)
    {
        var running = new List<Process>();
        for (var p = 0; p < processes; p++)
        {
            var start = new ProcessStartInfo(Environment.ProcessPath!) { RedirectStandardOutput = true, RedirectStandardInput = true };
            if (Path.GetFileNameWithoutExtension(Environment.ProcessPath!) == "dotnet")
                start.ArgumentList.Add(typeof(WritingProcesses).Assembly.Location);
            foreach (var word in new[] { Verb, store, directory, p.ToString(CultureInfo.InvariantCulture), commitsEach.ToString(CultureInfo.InvariantCulture) })
                start.ArgumentList.Add(word);
            running.Add(Process.Start(start)!);
        }

        foreach (var process in running)
            Expect(process, "ready");
        var watch = Stopwatch.StartNew();
        foreach (var process in running)
            process.StandardInput.WriteLine("go");
        foreach (var process in running)
            Expect(process, "done");
        var rate = processes * commitsEach / watch.Elapsed.TotalSeconds;
        foreach (var process in running)
        {
            process.WaitForExit();
            process.Dispose();
        }

        return rate;
    }

    /// <summary>What each process does.</summary>
    public static int Run(ReadOnlySpan<string> words)
    {
        var number = int.Parse(words[2], CultureInfo.InvariantCulture);
        var commits = int.Parse(words[3], CultureInfo.InvariantCulture);
        using var db = BTreeComparison.Open(words[0], words[1], sync: true);
        // The paths a commit takes, compiled before the clock starts.
        BTreeComparison.Write(db, 10_000_000 + (number * 1_000_000), 50, new byte[100]);
        Console.Out.WriteLine("ready");
        Console.In.ReadLine();
        BTreeComparison.Write(db, number * 1_000_000, commits, new byte[100]);
        Console.Out.WriteLine("done");
        return 0;
    }

    private static void Expect(Process process, string word)
    {
        if (process.StandardOutput.ReadLine() != word)
            throw new InvalidOperationException($"a writing process ended before it was {word}");
    }
}
