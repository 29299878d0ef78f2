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
        command.Add(keep);
        command.Add(pretty);
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
            return Run(result.GetValue(engine)!, options, engineOptions, result.GetValue(keep), result.GetValue(pretty));
        });
        root.Add(command);
    }

    private static int Run(string engine, BenchOptions options, EngineOptions engineOptions, bool keep, bool pretty)
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
                var result = runner.Run(workload);
                wrong += result.Wrong;
                results.Add(result);
                if (!pretty)
                    Console.Out.WriteLine(result.ToLine());
            }

            if (pretty)
                Print(results);
        }
        finally
        {
            if (!keep)
                Delete(options.Path);
        }

        return wrong == 0 ? 0 : 1;
    }

    private static void Print(List<WorkloadResult> results)
    {
        var table = new Table().Border(TableBorder.Rounded);
        foreach (var column in new[] { "workload", "ops/s", "p50 us", "p99 us", "p99.9 us", "max us", "cpu us/op" })
            table.AddColumn(new TableColumn(column).RightAligned());
        foreach (var r in results)
        {
            table.AddRow(
                r.Workload, Number(r.OperationsPerSecond, "N0"), Number(r.Microseconds(0.5)), Number(r.Microseconds(0.99)),
                Number(r.Microseconds(0.999)), Number(r.MaxMicroseconds, "F0"), Number(r.CpuMicrosecondsPerOperation));
        }

        AnsiConsole.Write(table);
        var chart = new BarChart().Label("operations per second");
        foreach (var r in results.Where(r => r.Operations > 1))
            chart.AddItem(r.Workload, Math.Round(r.OperationsPerSecond), Color.SteelBlue);
        AnsiConsole.Write(chart);
    }

    private static string Number(double value, string format = "F2") => value.ToString(format, CultureInfo.InvariantCulture);

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
