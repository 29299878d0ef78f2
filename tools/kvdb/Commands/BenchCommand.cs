using System.CommandLine;
using System.Globalization;
using Gabbro.Tools.Kvdb.Benching;
using Gabbro.Tools.Kvdb.Engines;
using Spectre.Console;

namespace Gabbro.Tools.Kvdb.Commands;

/// <summary>kvdb bench: the workloads of db_bench and YCSB.</summary>
internal static class BenchCommand
{
    public static void AddTo(RootCommand root)
    {
        var command = new Command("bench", $"Runs workloads: {string.Join(' ', BenchRunner.KnownWorkloads)}.");
        var engine = Value(command, "--engine", "lsm", "The engine.");
        var path = Value(command, "--db", "", "Where the database is; a temporary place without it.");
        var workloads = Value(command, "--workloads", "fillseq,readrandom,readseq", "Comma-separated workloads.");
        var count = Value(command, "--num", 1_000_000, "Records.");
        var reads = Value(command, "--reads", 0, "Reads; 0 for as many as records.");
        var key = Value(command, "--key", 16, "Bytes of a key.");
        var value = Value(command, "--value", 100, "Bytes of a value.");
        var threads = Value(command, "--threads", 1, "Threads.");
        var batch = Value(command, "--batch", 1000, "Records in a batch.");
        var cache = Value(command, "--cache_mb", 256, "Megabytes of block cache.");
        var scan = Value(command, "--scan", 100, "Entries read after a seek.");
        var syncs = Value(command, "--sync_ops", 2000, "Writes of fillsync.");
        var seed = Value(command, "--seed", 42, "Seed of all choices.");
        var compression = Value(command, "--compression", "none", "none, lz4 or brotli.");
        var verify = Value(command, "--verify", true, "Whether values read are checked.");
        var keep = new Option<bool>("--keep") { Description = "Use a database that is there, and leave it there." };
        var pretty = new Option<bool>("--pretty") { Description = "A table for people, with a histogram of latencies." };
        var plots = new Option<string?>("--plots") { Description = "A directory for throughput.svg and latency.svg." };
        command.Add(keep);
        command.Add(pretty);
        command.Add(plots);
        command.SetAction(result =>
        {
            var given = result.GetValue(path)!;
            var directory = given.Length > 0 ? given : Path.Combine(Path.GetTempPath(), $"kvdb-bench-{Environment.ProcessId}");
            var options = new BenchOptions
            {
                Path = directory,
                Workloads = result.GetValue(workloads)!.Split(',', StringSplitOptions.RemoveEmptyEntries),
                Count = Positive(result.GetValue(count), "--num"),
                Reads = result.GetValue(reads),
                KeySize = Positive(result.GetValue(key), "--key"),
                ValueSize = result.GetValue(value),
                Threads = Positive(result.GetValue(threads), "--threads"),
                BatchSize = Positive(result.GetValue(batch), "--batch"),
                ScanLength = Positive(result.GetValue(scan), "--scan"),
                SyncOperations = Positive(result.GetValue(syncs), "--sync_ops"),
                Seed = result.GetValue(seed),
                Verify = result.GetValue(verify),
            };
            var engineOptions = new EngineOptions
            {
                CacheBytes = (long)Positive(result.GetValue(cache), "--cache_mb") << 20,
                Compression = result.GetValue(compression)!,
            };
            return Run(result.GetValue(engine)!, options, engineOptions, result.GetValue(keep), result.GetValue(pretty), result.GetValue(plots));
        });
        root.Add(command);
    }

    private static int Run(string engine, BenchOptions options, EngineOptions engineOptions, bool keep, bool pretty, string? plots)
    {
        foreach (var workload in options.Workloads)
        {
            if (!BenchRunner.KnownWorkloads.Contains(workload))
                throw new ArgumentException($"unknown workload '{workload}'; known are {string.Join(' ', BenchRunner.KnownWorkloads)}");
        }

        if (!keep)
            Delete(options.Path);
        var wrong = 0L;
        try
        {
            using var runner = new BenchRunner(() => EngineFactory.Open(engine, options.Path, engineOptions), options);
            var results = new List<WorkloadResult>();
            foreach (var workload in options.Workloads)
            {
                var result = pretty && !Console.IsOutputRedirected ? RunWithProgress(runner, workload) : runner.Run(workload);
                wrong += result.Wrong;
                results.Add(result);
                if (!pretty)
                    Console.Out.WriteLine(result.ToLine());
            }

            if (pretty)
                BenchReport.Print(results);
            if (plots is not null)
                BenchReport.Plot(results, plots);
        }
        finally
        {
            if (!keep)
                Delete(options.Path);
        }

        return wrong == 0 ? 0 : 1;
    }

    private static WorkloadResult RunWithProgress(BenchRunner runner, string workload) => AnsiConsole.Progress()
        .AutoClear(true)
        .Columns(new TaskDescriptionColumn(), new ProgressBarColumn(), new PercentageColumn(), new RemainingTimeColumn())
        .Start(context =>
        {
            var bar = context.AddTask(workload, maxValue: 1);
            using var ended = new ManualResetEventSlim();
            var watching = new Thread(() =>
            {
                while (!ended.Wait(100))
                    bar.Value = runner.Progress;
            });
            watching.Start();
            try
            {
                return runner.Run(workload);
            }
            finally
            {
                ended.Set();
                watching.Join();
            }
        });

    private static int Positive(int value, string name) =>
        value > 0 ? value : throw new ArgumentException($"{name} must be above zero, not {value}");

    private static Option<T> Value<T>(Command command, string name, T fallback, string description)
    {
        var option = new Option<T>(name) { Description = description, DefaultValueFactory = _ => fallback };
        command.Add(option);
        return option;
    }

    private static void Delete(string path)
    {
        if (Directory.Exists(path))
            Directory.Delete(path, recursive: true);
        else if (File.Exists(path))
            File.Delete(path);
    }
}
