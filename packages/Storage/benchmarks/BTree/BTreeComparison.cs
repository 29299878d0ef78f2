using System.Diagnostics;
using System.Globalization;
using Gabbro.Platform.Files;
using Gabbro.Tools.Charts;

namespace Gabbro.Storage.Benchmarks.BTree;

/// <summary>
/// The B+tree engine beside LMDB and SQLite, each at its best known settings, round by round in turn; medians and ratios.
/// Keys of 16 bytes, values of 100; random orders from one seed; every read is checked. LMDB also from a C program, SQLite
/// also through Microsoft.Data.Sqlite. Workloads of one thread are also given by processor time, user and system, of all
/// threads of the process: that is what they cost, and it stands still when the machine has other work.
/// </summary>
internal sealed class BTreeComparison(int records, int rounds, int syncs)
{
    private const string Ours = "gabbro";
    private const string Native = "lmdb, C";

    private static readonly string[] Stores = [Ours, "lmdb", "sqlite", "M.D.Sqlite"];
    private static readonly string[] Columns = [Ours, Native, .. Stores[1..]];

    private readonly Dictionary<(string Workload, string Store), List<double>> _results = [];
    private readonly int[] _order = Shuffle(records);

    /// <summary>Arguments: [records (0: none of the unsynced workloads)] [rounds] [synced commits (0: none)] [file for a chart].</summary>
    public static int Run(ReadOnlySpan<string> args)
    {
        static int Number(ReadOnlySpan<string> a, int i, int fallback) =>
            a.Length > i ? int.Parse(a[i], CultureInfo.InvariantCulture) : fallback;
        var comparison = new BTreeComparison(Number(args, 0, 200_000), Number(args, 1, 5), Number(args, 2, 1000));
        comparison.Run();
        comparison.Print();
        if (args.Length > 3)
            File.WriteAllText(args[3], comparison.Chart());
        return 0;
    }

    /// <summary>Opens a store by its name.</summary>
    public static IStore Open(string store, string directory, bool sync) => store switch
    {
        Ours => new GabbroStore(directory, sync),
        "lmdb" => new LmdbStore(directory, sync),
        "sqlite" => new SqliteStore(directory, sync),
        _ => new MicrosoftDataSqliteStore(directory, sync),
    };

    /// <summary>Commits of one record each.</summary>
    public static void Write(IStore db, int start, int count, byte[] value)
    {
        var key = new byte[16];
        for (var i = 0; i < count; i++)
        {
            Key((int)((start + (i * 7919L)) % 99_999_989), key);
            db.Put(key, value);
        }
    }

    private void Run()
    {
        var root = Directory.CreateTempSubdirectory("gabbro-bench-").FullName;
        try
        {
            var native = NativeLmdb.Compile(root);
            for (var round = 0; round < rounds; round++)
            {
                // Each round starts with another store, so that none always follows the same neighbour.
                for (var i = 0; i < Stores.Length; i++)
                {
                    var store = Stores[(i + round) % Stores.Length];
                    var directory = Path.Combine(root, $"{round}-{store}");
                    if (records > 0)
                        Unsynced(store, directory);
                    if (syncs > 0)
                        Synced(store, directory + "-sync");
                }

                if (native != null)
                {
                    foreach (var (workload, rate) in NativeLmdb.Measure(native, Path.Combine(root, $"{round}-native"), records, syncs))
                        Add(workload, Native, rate);
                }

                if (syncs > 0)
                    Add("fdatasync alone", Ours, SyncRate(root));
                foreach (var directory in Directory.GetDirectories(root))
                    Directory.Delete(directory, recursive: true);
            }
        }
        finally
        {
            Directory.Delete(root, recursive: true);
        }
    }

    private void Print()
    {
        var peers = Columns[1..];
        Console.WriteLine($"| workload | {string.Join(" | ", Columns.Select(c => $"{c}"))} | {string.Join(" | ", peers.Select(p => $"/ {p}"))} |");
        Console.WriteLine($"| --- |{string.Concat(Enumerable.Repeat(" ---: |", Columns.Length + peers.Length))}");
        foreach (var workload in Workloads())
        {
            var ours = Median(workload, Ours);
            var rates = Columns.Select(c => Number(Median(workload, c)));
            var ratios = peers.Select(p => Ratio(ours / Median(workload, p)));
            Console.WriteLine($"| {workload} | {string.Join(" | ", rates)} | {string.Join(" | ", ratios)} |");
        }
    }

    private string Chart()
    {
        var workloads = Workloads().Where(w => !w.Contains("bytes", StringComparison.Ordinal) && !w.StartsWith("fdatasync", StringComparison.Ordinal)).ToArray();
        var series = Columns[1..].Select(p => new BarSeries($"against {p}", [.. workloads.Select(w => Median(w, Ours) / Median(w, p))])).ToArray();
        return BarChart.Svg("Gabbro.Storage B+tree against LMDB and SQLite", "times the peer's rate (longer is better)", workloads, series, 1.0);
    }

    private IEnumerable<string> Workloads() => _results.Keys.Select(k => k.Workload).Distinct();

    private void Unsynced(string store, string directory)
    {
        Directory.CreateDirectory(directory);
        using var db = Open(store, directory, sync: false);
        var key = new byte[16];
        var value = new byte[100];
        value.AsSpan().Fill((byte)'v');
        var written = WrittenBytes();
        Time("fillrandom", store, records, () =>
        {
            foreach (var n in _order)
            {
                Key(n, key);
                db.Put(key, value);
            }
        });
        var user = records * 116.0;
        Add("fillrandom, bytes written a byte", store, (WrittenBytes() - written) / user);
        var random = new Random(1);
        for (var warm = 0; warm < 2; warm++)
        {
            var isLast = warm == 1;
            void ReadAll()
            {
                for (var i = 0; i < records; i++)
                {
                    Key(random.Next(records), key);
                    if (!db.Get(key, value) || value[3] != 'v')
                        throw new InvalidOperationException($"{store} lost a record");
                }
            }

            if (isLast)
                Time("readrandom", store, records, ReadAll);
            else
                ReadAll();
        }

        db.Scan(out _);
        const int scans = 10;
        Time("readseq", store, scans * records, () =>
        {
            for (var i = 0; i < scans; i++)
            {
                db.Scan(out var count);
                if (count != records)
                    throw new InvalidOperationException($"{store} scanned {count} records");
            }
        });
    }

    private void Synced(string store, string directory)
    {
        Directory.CreateDirectory(directory);
        using (var db = Open(store, directory, sync: true))
        {
            var value = new byte[100];
            Write(db, 90_000_000, 20, value);
            Time("commit synced, 1 thread", store, syncs, () => Write(db, 0, syncs, value));
            const int threads = 16;
            var each = Math.Max(1, syncs / 4);
            Time("commit synced, 16 threads", store, threads * each, () => WriteFrom(db, threads, each, value));
        }

        if (store == "M.D.Sqlite")
            return;
        foreach (var processes in new[] { 1, 4 })
            Add($"commit synced, {processes} process{(processes > 1 ? "es" : "")}", store, WritingProcesses.Measure(store, directory, processes, Math.Max(1, syncs / 2)));
    }

    private static void WriteFrom(IStore db, int threads, int each, byte[] value)
    {
        var running = new Thread[threads];
        for (var t = 0; t < threads; t++)
        {
            var start = (t + 1) * 1_000_000;
            running[t] = new Thread(() =>
            {
                using var mine = db.Share();
                Write(mine, start, each, value);
            });
            running[t].Start();
        }

        foreach (var thread in running)
            thread.Join();
    }

    // What the disk gives: fdatasync after each 128 bytes written into a file that has its space.
    private static double SyncRate(string directory)
    {
        const int count = 200;
        using var file = FileHandle.Open(Path.Combine(directory, "sync-probe"), FileOpenOptions.OpenOrCreate);
        file.Allocate(0, 1 << 20);
        file.Sync();
        var watch = Stopwatch.StartNew();
        for (var i = 0; i < count; i++)
        {
            file.WriteAllAt(new byte[128], i * 128);
            file.SyncData();
        }

        return count / watch.Elapsed.TotalSeconds;
    }

    private void Time(string workload, string store, int operations, Action action)
    {
        var before = Environment.CpuUsage.TotalTime;
        var watch = Stopwatch.StartNew();
        action();
        Add(workload, store, operations / watch.Elapsed.TotalSeconds);
        if (!workload.StartsWith("commit", StringComparison.Ordinal))
            Add($"{workload}, a CPU second", store, operations / (Environment.CpuUsage.TotalTime - before).TotalSeconds);
    }

    private void Add(string workload, string store, double result)
    {
        if (!_results.TryGetValue((workload, store), out var list))
            _results[(workload, store)] = list = [];
        list.Add(result);
    }

    private double Median(string workload, string store)
    {
        if (!_results.TryGetValue((workload, store), out var list))
            return double.NaN;
        var sorted = list.Order().ToArray();
        return sorted[sorted.Length / 2];
    }

    private static string Number(double value) => double.IsNaN(value) ? "" : value.ToString(value < 1000 ? "n1" : "n0", CultureInfo.InvariantCulture);

    private static string Ratio(double value) => double.IsNaN(value) ? "" : value.ToString("f2", CultureInfo.InvariantCulture);

    // What the process has made the system write: pages dirtied, through writes and mappings alike.
    private static long WrittenBytes()
    {
        var line = File.ReadLines("/proc/self/io").First(l => l.StartsWith("write_bytes", StringComparison.Ordinal));
        return long.Parse(line.AsSpan("write_bytes: ".Length), CultureInfo.InvariantCulture);
    }

    private static void Key(int number, byte[] key)
    {
        for (var i = 15; i >= 0; i--)
        {
            key[i] = (byte)('0' + (number % 10));
            number /= 10;
        }
    }

    private static int[] Shuffle(int count)
    {
        var order = Enumerable.Range(0, count).ToArray();
        new Random(42).Shuffle(order);
        return order;
    }
}
