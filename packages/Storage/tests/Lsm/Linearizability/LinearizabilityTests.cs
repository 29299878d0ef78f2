using System.Diagnostics;
using System.Text;
using Gabbro.Storage.Lsm;
using Gabbro.Storage.Tests.Simulation;

namespace Gabbro.Storage.Tests.Lsm.Linearizability;

/// <summary>Threads read, write and delete the same few keys while memtables are flushed and tables merged beneath them.</summary>
public sealed class LinearizabilityTests
{
    private const int Threads = 4;
    private const int Keys = 6;
    private const int OperationsPerKey = 12;

    [Test]
    public void ConcurrentHistory_OfEveryKey_IsLinearizable([Values] bool synced)
    {
        var seed = TestEffort.Seed();
        var system = new SimulatedFileSystem();
        using var database = LsmDatabase.Open("/db", new LsmOptions
        {
            FileSystem = system,
            BlockCacheSize = 1 << 20,
            DefaultFamily = { WriteBufferSize = 4 << 10, TargetFileSize = 4 << 10, LevelBaseSize = 8 << 10, BlockSize = 512 },
        });
        var before = new string?[Keys];
        for (var round = 0; round < TestEffort.Times(60); round++)
        {
            var histories = RunRound(database, seed + round, round, synced);
            for (var key = 0; key < Keys; key++)
            {
                Assert.That(
                    RegisterChecker.IsLinearizable(histories[key], before[key]), Is.True,
                    () => $"round {round}, key {key}, before {before[key]}:\n{string.Join("\n", histories[key].OrderBy(o => o.Invoked))}");
                before[key] = database.GetString($"key{key}");
            }
        }
    }

    [Test]
    public void RegisterChecker_StaleRead_IsRefused()
    {
        Operation[] stale = [new(0, 1, true, "a"), new(2, 3, true, "b"), new(4, 5, false, "a")];
        Assert.That(RegisterChecker.IsLinearizable(stale), Is.False);
        Operation[] overlapping = [new(0, 1, true, "a"), new(2, 6, true, "b"), new(3, 4, false, "a"), new(5, 7, false, "b")];
        Assert.That(RegisterChecker.IsLinearizable(overlapping), Is.True);
        Operation[] backwards = [new(0, 1, true, "a"), new(2, 9, true, "b"), new(3, 4, false, "b"), new(5, 6, false, "a")];
        Assert.That(RegisterChecker.IsLinearizable(backwards), Is.False);
    }

    private static List<Operation>[] RunRound(LsmDatabase database, int seed, int round, bool synced)
    {
        var histories = Enumerable.Range(0, Keys).Select(_ => new List<Operation>()).ToArray();
        using var start = new Barrier(Threads);
        var failures = new Exception?[Threads];
        var threads = Enumerable.Range(0, Threads).Select(t => new Thread(() =>
        {
            try
            {
                var random = new Random(seed + (t * 7919));
                start.SignalAndWait();
                for (var i = 0; i < Keys * OperationsPerKey; i++)
                {
                    var key = i % Keys;
                    var operation = Run(database, random, key, $"{round}-{t}-{i}", synced);
                    lock (histories[key])
                        histories[key].Add(operation);
                }
            }
            catch (Exception e)
            {
                failures[t] = e;
            }
        })).ToArray();
        foreach (var thread in threads)
            thread.Start();
        foreach (var thread in threads)
            thread.Join();
        Assert.That(failures, Is.All.Null);
        return histories;
    }

    private static Operation Run(LsmDatabase database, Random random, int key, string value, bool synced)
    {
        var name = Encoding.UTF8.GetBytes($"key{key}");
        var options = new WriteOptions(synced && random.Next(8) == 0);
        var dice = random.Next(10);
        var invoked = Stopwatch.GetTimestamp();
        switch (dice)
        {
            case < 4:
                // Padding fills the memtable, so that switches and flushes happen within the round.
                database.Put(name, Encoding.UTF8.GetBytes(value.PadRight(60)), options);
                return new Operation(invoked, Stopwatch.GetTimestamp(), true, value.PadRight(60));
            case < 5:
                database.Delete(name, options);
                return new Operation(invoked, Stopwatch.GetTimestamp(), true, null);
            case < 6:
                using (var iterator = database.NewIterator())
                {
                    var found = iterator.Seek(name) && iterator.Key.SequenceEqual(name) ? Encoding.UTF8.GetString(iterator.Value) : null;
                    return new Operation(invoked, Stopwatch.GetTimestamp(), false, found);
                }

            default:
                var read = database.Get(name);
                return new Operation(invoked, Stopwatch.GetTimestamp(), false, read is null ? null : Encoding.UTF8.GetString(read));
        }
    }
}
