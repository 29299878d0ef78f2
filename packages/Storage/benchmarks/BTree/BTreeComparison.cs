using System.Diagnostics;
using System.Globalization;

namespace Gabbro.Storage.Benchmarks.BTree;

/// <summary>
/// The B+tree engine beside LMDB and SQLite, each at its best known settings, in the same process, round by round in turn;
/// medians and ratios. Keys of 16 bytes, values of 100; random orders from one seed; every read is checked.
/// </summary>
internal sealed class BTreeComparison(int records, int rounds, int syncs)
{
    private static readonly (string Name, Func<string, bool, IStore> Open)[] Stores =
    [
        ("gabbro", static (d, s) => new GabbroStore(d, s)),
        ("lmdb", static (d, s) => new LmdbStore(d, s)),
        ("sqlite", static (d, s) => new SqliteStore(d, s)),
    ];

    private readonly Dictionary<(string Workload, string Store), List<double>> _results = [];
    private readonly int[] _order = Shuffle(records);

    /// <summary>Arguments: [records] [rounds] [synced commits].</summary>
    public static int Run(ReadOnlySpan<string> args)
    {
        int Number(ReadOnlySpan<string> a, int i, int fallback) =>
            a.Length > i ? int.Parse(a[i], CultureInfo.InvariantCulture) : fallback;
        new BTreeComparison(Number(args, 0, 200_000), Number(args, 1, 5), Number(args, 2, 1000)).Run();
        return 0;
    }

    private void Run()
    {
        var root = Directory.CreateTempSubdirectory("gabbro-bench-").FullName;
        try
        {
            for (var round = 0; round < rounds; round++)
            {
                foreach (var store in Stores)
                {
                    Unsynced(store, Path.Combine(root, $"{round}-{store.Name}"));
                    Synced(store, Path.Combine(root, $"{round}-{store.Name}-sync"));
                }
            }
        }
        finally
        {
            Directory.Delete(root, recursive: true);
        }

        Console.WriteLine("| workload | gabbro op/s | lmdb op/s | sqlite op/s | gabbro/lmdb | gabbro/sqlite |");
        Console.WriteLine("| --- | ---: | ---: | ---: | ---: | ---: |");
        foreach (var workload in _results.Keys.Select(k => k.Workload).Distinct())
        {
            var g = Median(workload, "gabbro");
            var l = Median(workload, "lmdb");
            var s = Median(workload, "sqlite");
            Console.WriteLine(string.Create(
                CultureInfo.InvariantCulture, $"| {workload} | {g:n0} | {l:n0} | {s:n0} | {g / l:f2} | {g / s:f2} |"));
        }
    }

    private void Unsynced((string Name, Func<string, bool, IStore> Open) store, string directory)
    {
        Directory.CreateDirectory(directory);
        using var db = store.Open(directory, false);
        var key = new byte[16];
        var value = new byte[100];
        value.AsSpan().Fill((byte)'v');
        var written = WrittenBytes();
        Time("fillrandom", store.Name, records, () =>
        {
            foreach (var n in _order)
            {
                Key(n, key);
                db.Put(key, value);
            }
        });
        var user = records * 116.0;
        Add("fillrandom, bytes written a byte", store.Name, (WrittenBytes() - written) / user);
        var random = new Random(1);
        for (var warm = 0; warm < 2; warm++)
        {
            var isLast = warm == 1;
            var watch = Stopwatch.StartNew();
            for (var i = 0; i < records; i++)
            {
                Key(random.Next(records), key);
                if (!db.Get(key, value) || value[3] != 'v')
                    throw new InvalidOperationException($"{store.Name} lost a record");
            }

            if (isLast)
                Add("readrandom", store.Name, records / watch.Elapsed.TotalSeconds);
        }

        db.Scan(out _);
        Time("readseq", store.Name, records, () =>
        {
            db.Scan(out var count);
            if (count != records)
                throw new InvalidOperationException($"{store.Name} scanned {count} records");
        });
    }

    private void Synced((string Name, Func<string, bool, IStore> Open) store, string directory)
    {
        Directory.CreateDirectory(directory);
        using var db = store.Open(directory, true);
        var value = new byte[100];
        Time("commit synced, 1 thread", store.Name, syncs, () => Write(db, 0, syncs, value));
        const int threads = 16;
        var each = Math.Max(1, syncs / 4);
        Time("commit synced, 16 threads", store.Name, threads * each, () =>
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
        });
    }

    private static void Write(IStore db, int start, int count, byte[] value)
    {
        var key = new byte[16];
        for (var i = 0; i < count; i++)
        {
            Key((int)((start + (i * 7919L)) % 99_999_989), key);
            db.Put(key, value);
        }
    }

    private void Time(string workload, string store, int operations, Action action)
    {
        var watch = Stopwatch.StartNew();
        action();
        Add(workload, store, operations / watch.Elapsed.TotalSeconds);
    }

    private void Add(string workload, string store, double result)
    {
        if (!_results.TryGetValue((workload, store), out var list))
            _results[(workload, store)] = list = [];
        list.Add(result);
    }

    private double Median(string workload, string store)
    {
        var sorted = _results[(workload, store)].Order().ToArray();
        return sorted[sorted.Length / 2];
    }

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
