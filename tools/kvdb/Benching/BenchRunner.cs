using System.Diagnostics;
using Gabbro.Tools.Kvdb.Engines;

namespace Gabbro.Tools.Kvdb.Benching;

/// <summary>Runs workloads one after another on one database.</summary>
internal sealed class BenchRunner(Func<IEngine> open, BenchOptions options) : IDisposable
{
    private readonly RecordGenerator _records = new(options);
    private readonly Lazy<Zipfian> _zipfian = new(() => new Zipfian(options.Count));
    private IEngine _engine = open();
    private long _inserted = options.Count;
    private Worker[] _workers = [];
    private double _expected = 1;

    public static readonly string[] KnownWorkloads =
    [
        "fillseq", "fillrandom", "overwrite", "fillbatch", "fillseqbatch", "fillsync", "syncwrite", "readrandom", "readmissing",
        "readseq", "seekrandom", "readwhilewriting", "mixed", "delete", "deadseek",
        "ycsba", "ycsbb", "ycsbc", "ycsbd", "ycsbe", "ycsbf", "settle", "warm", "compact", "reopen",
    ];

    /// <summary>The share of the running workload that is done, as its workers count; asked from another thread.</summary>
    public double Progress => Math.Min(1, Volatile.Read(ref _workers).Sum(w => w.Operations) / Volatile.Read(ref _expected));

    public WorkloadResult Run(string workload)
    {
        Volatile.Write(ref _workers, []);
        if (workload == "reopen")
            return Reopen();
        if (workload == "deadseek")
            PrepareDeadRange();
        var workers = Enumerable.Range(0, ThreadsFor(workload)).Select(i => new Worker(_engine, _records, options, i)).ToArray();
        var order = NeedsPermutation(workload) ? Permutation() : [];
        Volatile.Write(ref _expected, ExpectedOperations(workload));
        Volatile.Write(ref _workers, workers);
        // What was made so far is the benchmark's own; the collections that it brings about are not to be counted as the engine's.
        GC.Collect();
        var written = _engine.BytesWritten;
        var cpu = Process.GetCurrentProcess().TotalProcessorTime;
        var collections = GC.CollectionCount(2);
        var started = Stopwatch.GetTimestamp();
        if (workload == "readwhilewriting")
            RunWhileWriting(workers);
        else
            RunAll(workers, w => Body(workload, w, Array.IndexOf(workers, w), workers.Length, order));
        var elapsed = Stopwatch.GetElapsedTime(started);
        cpu = Process.GetCurrentProcess().TotalProcessorTime - cpu;
        var latency = new LatencyHistogram();
        foreach (var worker in workers)
            latency.Add(worker.Latency);
        var operations = workers.Sum(w => w.Operations);
        var user = operations * (double)(options.KeySize + options.ValueSize);
        return new WorkloadResult
        {
            Engine = _engine.Name,
            Workload = workload,
            Operations = operations,
            Elapsed = elapsed,
            Latency = latency,
            Threads = workers.Length,
            BytesOnDisk = DiskUsage(options.Path),
            WriteAmplification = user == 0 ? 0 : (_engine.BytesWritten - written) / user,
            CpuMicrosecondsPerOperation = operations == 0 ? 0 : cpu.TotalMicroseconds / operations,
            Found = workers.Sum(w => w.Found),
            Missing = workers.Sum(w => w.Missing),
            EntriesRead = workers.Sum(w => w.EntriesRead),
            Wrong = workers.Sum(w => w.Wrong),
            AllocatedBytes = workers.Sum(w => w.Allocated),
            Generation2Collections = GC.CollectionCount(2) - collections,
        };
    }

    public void Dispose() => _engine.Dispose();

    public static long DiskUsage(string path)
    {
        if (File.Exists(path))
            return Directory.GetFiles(Path.GetDirectoryName(Path.GetFullPath(path))!, Path.GetFileName(path) + "*").Sum(f => new FileInfo(f).Length);
        return Directory.Exists(path) ? Directory.EnumerateFiles(path).Sum(LengthOf) : 0;
    }

    private static long LengthOf(string file)
    {
        try
        {
            return new FileInfo(file).Length;
        }
        catch (FileNotFoundException)
        {
            // Deleted by a compaction between the listing and now.
            return 0;
        }
    }

    private int ThreadsFor(string workload) => workload is "settle" or "warm" or "compact" or "readseq" or "deadseek" ? 1 : options.Threads;

    private double ExpectedOperations(string workload) => workload switch
    {
        "fillseq" or "fillrandom" or "overwrite" or "fillbatch" or "fillseqbatch" or "delete" => options.Count,
        "fillsync" or "syncwrite" => options.SyncOperations,
        "seekrandom" => Math.Max(1, options.ReadCount / options.ScanLength),
        "deadseek" => 1000,
        "settle" or "warm" or "compact" => 1,
        _ => options.ReadCount,
    };

    private static bool NeedsPermutation(string workload) => workload is "fillrandom" or "fillbatch" or "overwrite" or "delete";

    private int[] Permutation()
    {
        var order = Enumerable.Range(0, options.Count).ToArray();
        new Random(options.Seed + 1).Shuffle(order);
        return order;
    }

    private static void RunAll(Worker[] workers, Action<Worker> body)
    {
        var failures = new Exception?[workers.Length];
        var threads = workers.Select((w, i) => new Thread(() =>
        {
            try
            {
                // The first calls of a thread build its thread-local state; they are part of the run but not of its steady state.
                w.Start();
                var before = GC.GetAllocatedBytesForCurrentThread();
                body(w);
                w.Allocated = GC.GetAllocatedBytesForCurrentThread() - before;
            }
            catch (Exception e)
            {
                failures[i] = e;
            }
        })).ToArray();
        foreach (var thread in threads)
            thread.Start();
        foreach (var thread in threads)
            thread.Join();
        if (Array.Find(failures, f => f is not null) is { } failure)
            throw new InvalidOperationException($"a worker failed: {failure.Message}", failure);
    }

    private void Body(string workload, Worker worker, int index, int threads, int[] order)
    {
        var first = (int)((long)options.Count * index / threads);
        var last = (int)((long)options.Count * (index + 1) / threads);
        var reads = options.ReadCount / threads;
        switch (workload)
        {
            case "fillseq":
                for (var i = first; i < last; i++)
                    Timed(worker, i, static (w, n) => w.Put(n));
                break;
            case "fillrandom" or "overwrite":
                for (var i = first; i < last; i++)
                    Timed(worker, order[i], static (w, n) => w.Put(n));
                break;
            case "fillbatch" or "fillseqbatch":
                FillBatch(worker, first, last, order);
                break;
            case "fillsync" or "syncwrite":
                for (var i = 0; i < options.SyncOperations / threads; i++)
                    Timed(worker, worker.Random.Next(options.Count), static (w, n) => w.Put(n, sync: true));
                break;
            case "readrandom":
                for (var i = 0; i < reads; i++)
                    Timed(worker, worker.Random.Next(options.Count), static (w, n) => w.Get(n));
                break;
            case "readmissing":
                for (var i = 0; i < reads; i++)
                    Timed(worker, worker.Random.Next(options.Count), static (w, n) => GetMissing(w, n));
                break;
            case "readseq":
                ReadSequentially(worker);
                break;
            case "seekrandom":
                using (var cursor = _engine.NewCursor())
                {
                    for (var i = 0; i < Math.Max(1, reads / options.ScanLength); i++)
                    {
                        worker.Scan(cursor, worker.Random.Next(options.Count), options.ScanLength);
                        worker.Done();
                    }
                }

                break;
            case "mixed":
                for (var i = 0; i < reads; i++)
                {
                    var number = worker.Random.Next(options.Count);
                    if ((worker.Random.Next() & 1) == 0)
                        worker.Get(number);
                    else
                        worker.Put(number);
                    worker.Done();
                }

                break;
            case "delete":
                for (var i = first; i < last; i++)
                {
                    Timed(worker, order[i], static (w, n) =>
                    {
                        RecordGenerator.Key(n, w.Key);
                        w.Engine.Delete(w.Key, false);
                    });
                }

                break;
            case "deadseek":
                DeadSeek(worker);
                break;
            case "settle":
                _engine.Settle();
                worker.Done();
                break;
            case "compact":
                _engine.Compact();
                worker.Done();
                break;
            case "warm":
                using (var cursor = _engine.NewCursor())
                {
                    for (var valid = cursor.First(); valid; valid = cursor.Next())
                        worker.EntriesRead++;
                }

                for (var i = 0; i < options.Count; i += 7)
                    worker.Get(i);
                worker.Done();
                break;
            case "ycsba" or "ycsbb" or "ycsbc" or "ycsbd" or "ycsbe" or "ycsbf":
                Ycsb(worker, workload[^1], reads);
                break;
            default:
                throw new ArgumentException($"unknown workload '{workload}'; known are {string.Join(' ', KnownWorkloads)}");
        }
    }

    private static void Timed(Worker worker, int number, Action<Worker, int> operation)
    {
        operation(worker, number);
        worker.Done();
    }

    private static void GetMissing(Worker worker, int number)
    {
        // A key of the right length that sorts between two that are there.
        RecordGenerator.Key(number, worker.Key);
        worker.Key[^1] |= 0x40;
        if (worker.Engine.Get(worker.Key, worker.Buffer) >= 0)
            worker.Found++;
        else
            worker.Missing++;
    }

    private void FillBatch(Worker worker, int first, int last, int[] order)
    {
        var changes = new List<(byte[] Key, byte[]? Value)>(options.BatchSize);
        for (var i = 0; i < options.BatchSize; i++)
            changes.Add((new byte[options.KeySize], new byte[options.ValueSize]));
        for (var i = first; i < last; i += options.BatchSize)
        {
            var count = Math.Min(options.BatchSize, last - i);
            if (count < changes.Count)
                changes.RemoveRange(count, changes.Count - count);
            for (var j = 0; j < count; j++)
            {
                var number = order.Length > 0 ? order[i + j] : i + j;
                RecordGenerator.Key(number, changes[j].Key);
                worker.Records.Value(number, changes[j].Value);
            }

            worker.Engine.Write(changes, sync: false);
            worker.Done();
            worker.Operations += count - 1;
        }
    }

    private void ReadSequentially(Worker worker)
    {
        using var cursor = _engine.NewCursor();
        var valid = cursor.First();
        for (var i = 0; valid && i < options.ReadCount; i++)
        {
            worker.EntriesRead++;
            if (cursor.Value.Length != options.ValueSize)
                worker.Wrong++;
            valid = cursor.Next();
            worker.Operations++;
        }

        worker.Done();
        worker.Operations--;
    }

    private const int DeadCount = 100_000;

    private void PrepareDeadRange()
    {
        var worker = new Worker(_engine, _records, options, 99);
        var start = options.Count / 3;
        var end = Math.Min(options.Count, start + DeadCount);
        for (var i = start; i < end; i++)
        {
            RecordGenerator.Key(i, worker.Key);
            _engine.Delete(worker.Key, false);
        }
    }

    private void DeadSeek(Worker worker)
    {
        var start = options.Count / 3;
        var end = Math.Min(options.Count, start + DeadCount);
        for (var i = 0; i < 1000; i++)
        {
            using var cursor = _engine.NewCursor();
            RecordGenerator.Key(start, worker.Key);
            var valid = cursor.Seek(worker.Key);
            RecordGenerator.Key(end, worker.Key);
            if (end < options.Count && (!valid || !cursor.Key.SequenceEqual(worker.Key)))
                worker.Wrong++;
            worker.Done();
        }
    }

    private void RunWhileWriting(Worker[] workers)
    {
        using var stop = new ManualResetEventSlim();
        var writer = new Worker(_engine, _records, options, 1000);
        var thread = new Thread(() =>
        {
            writer.Start();
            while (!stop.IsSet)
            {
                writer.Put(writer.Random.Next(options.Count));
                writer.Done();
                // Paced as db_bench does it: the readers are what is measured.
                if (writer.Operations % 64 == 0)
                    Thread.Sleep(1);
            }
        });
        thread.Start();
        RunAll(workers, w =>
        {
            for (var i = 0; i < options.ReadCount / workers.Length; i++)
                Timed(w, w.Random.Next(options.Count), static (worker, n) => worker.Get(n));
        });
        stop.Set();
        thread.Join();
    }

    private void Ycsb(Worker worker, char kind, int operations)
    {
        var zipfian = _zipfian.Value;
        using var cursor = kind == 'e' ? _engine.NewCursor() : null;
        for (var i = 0; i < operations; i++)
        {
            var dice = worker.Random.Next(100);
            switch (kind)
            {
                case 'a' when dice < 50:
                case 'b' when dice < 5:
                    worker.Put(zipfian.Next(worker.Random));
                    break;
                case 'd' when dice < 5:
                case 'e' when dice < 5:
                    worker.Put(Interlocked.Increment(ref _inserted) - 1);
                    break;
                case 'd':
                    worker.Get(Math.Max(0, Interlocked.Read(ref _inserted) - 1 - zipfian.Rank(worker.Random)));
                    break;
                case 'e':
                    using (var scan = _engine.NewCursor())
                        worker.Scan(scan, zipfian.Next(worker.Random), 1 + worker.Random.Next(options.ScanLength));
                    break;
                case 'f' when dice < 50:
                    var number = zipfian.Next(worker.Random);
                    worker.Get(number);
                    worker.Put(number);
                    break;
                default:
                    worker.Get(zipfian.Next(worker.Random));
                    break;
            }

            worker.Done();
        }
    }

    private WorkloadResult Reopen()
    {
        var latency = new LatencyHistogram();
        _engine.Dispose();
        var started = Stopwatch.GetTimestamp();
        _engine = open();
        latency.Add(Stopwatch.GetTimestamp() - started);
        return new WorkloadResult
        {
            Engine = _engine.Name,
            Workload = "reopen",
            Operations = 1,
            Elapsed = Stopwatch.GetElapsedTime(started),
            Latency = latency,
            BytesOnDisk = DiskUsage(options.Path),
        };
    }
}
