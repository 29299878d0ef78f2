using System.Globalization;
using Gabbro.Tools.Kvdb.Benching;
using Gabbro.Tools.Kvdb.Engines;

namespace Gabbro.Storage.Benchmarks.Lsm;

/// <summary>
/// kvdb's workloads on the LSM engine and on its peers, in the same process, round by round in turn. Every engine gets the
/// same records in the same order, the same write buffer and cache, a filter of about 10 bits where it has one, and no compression;
/// every value read is checked. Results are appended to a file, so that rounds can be run one by one on a quiet machine.
/// </summary>
internal sealed class LsmComparison
{
    private static readonly Dictionary<string, Func<string, EngineOptions, IEngine>> s_engines = new()
    {
        ["gabbro"] = static (p, o) => new LsmEngine(p, o),
        ["rocksdb"] = static (p, o) => new RocksDbEngine(p, o),
        ["leveldb"] = static (p, o) => new LevelDbEngine(p, o),
        ["lmdb"] = static (p, o) => new LmdbEngine(p, o),
        ["sqlite"] = static (p, o) => new SqliteEngine(p, o),
    };

    // Each group runs on a database of its own; what is in brackets prepares and is not reported.
    private static readonly Dictionary<string, string> s_groups = new()
    {
        ["fillseq"] = "fillseq",
        ["fillrandom"] = "fillrandom,settle,overwrite",
        ["fillbatch"] = "fillbatch",
        ["fillsync"] = "fillsync",
        ["fillsync16"] = "fillsync",
        ["read"] = "[fillrandom],[settle],[warm],readrandom,readmissing,readseq,seekrandom,readwhilewriting,[settle],deadseek",
        ["ycsb"] = "[fillrandom],[settle],[warm],ycsba,ycsbb,ycsbc,ycsbf,ycsbd,ycsbe",
        ["disk"] = "[fillrandom],[compact],readseq",
    };

    /// <summary>Arguments: FILE [--engines a,b] [--groups a,b] [--num N] [--reads N] [--rounds N] [--sync_ops N].</summary>
    public static int Run(ReadOnlySpan<string> args)
    {
        if (args.Length == 0)
        {
            Console.Error.WriteLine("usage: lsm FILE [--engines a,b] [--groups a,b] [--num N] [--reads N] [--rounds N] [--sync_ops N]");
            return 2;
        }

        var file = args[0];
        var engines = Option(args, "--engines", string.Join(',', s_engines.Keys)).Split(',');
        var groups = Option(args, "--groups", string.Join(',', s_groups.Keys)).Split(',');
        var count = int.Parse(Option(args, "--num", "1000000"), CultureInfo.InvariantCulture);
        var reads = int.Parse(Option(args, "--reads", "0"), CultureInfo.InvariantCulture);
        var rounds = int.Parse(Option(args, "--rounds", "1"), CultureInfo.InvariantCulture);
        var syncs = int.Parse(Option(args, "--sync_ops", "2000"), CultureInfo.InvariantCulture);
        for (var round = 0; round < rounds; round++)
        {
            foreach (var group in groups)
            {
                // The order turns from round to round, so that none always runs on what another left behind.
                for (var i = 0; i < engines.Length; i++)
                    RunGroup(file, group, engines[(i + round) % engines.Length], count, reads, syncs);
            }
        }

        return 0;
    }

    private static void RunGroup(string file, string group, string engine, int count, int reads, int syncs)
    {
        var directory = Directory.CreateTempSubdirectory("gabbro-bench-").FullName;
        var synced = group.StartsWith("fillsync", StringComparison.Ordinal);
        var engineOptions = new EngineOptions { CacheBytes = 256L << 20, Compression = group == "disk" ? "lz4" : "none", SyncByDefault = synced };
        var options = new BenchOptions
        {
            Path = directory,
            Count = count,
            Reads = reads,
            SyncOperations = syncs,
            Threads = group == "fillsync16" ? 16 : 1,
        };
        try
        {
            using var runner = new BenchRunner(() => s_engines[engine](directory, engineOptions), options);
            foreach (var step in s_groups[group].Split(','))
            {
                GC.Collect();
                var result = runner.Run(step.Trim('[', ']'));
                if (result.Wrong > 0)
                    throw new InvalidOperationException($"{engine} answered {result.Wrong} wrong values in {step}");
                if (step[0] == '[')
                    continue;
                var name = group switch { "fillsync16" => "fillsync, 16 threads", "disk" => "bytes on disk after compaction, LZ4", _ => step };
                var speed = group switch { "disk" => result.BytesOnDisk, _ => result.OperationsPerSecond };
                if (step == "settle")
                    continue;
                var line = string.Create(
                    CultureInfo.InvariantCulture,
                    $"{name}\t{engine}\t{speed:F0}\t{result.Microseconds(0.5):F2}\t{result.Microseconds(0.99):F2}\t{result.MaxMicroseconds:F0}\t{result.CpuMicrosecondsPerOperation:F3}\t{result.BytesOnDisk}");
                File.AppendAllText(file, line + "\n");
                Console.WriteLine(line);
            }
        }
        finally
        {
            Directory.Delete(directory, recursive: true);
        }
    }

    private static string Option(ReadOnlySpan<string> args, string name, string fallback)
    {
        var index = args.IndexOf(name);
        return index >= 0 && index + 1 < args.Length ? args[index + 1] : fallback;
    }
}
