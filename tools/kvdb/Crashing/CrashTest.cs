using System.Diagnostics;
using System.Globalization;
using System.Text;
using Gabbro.Storage.Lsm;
using Gabbro.Storage.Tests.Simulation;

namespace Gabbro.Tools.Kvdb.Crashing;

/// <summary>The four crash tests, with a report.</summary>
internal sealed class CrashTest(TextWriter output, int rounds, int seed, string? directory)
{
    private const int RoundsOfADatabase = 25;

    private readonly Random _random = new(seed);
    private int _passed;
    private int _kills;
    private long _acknowledged;

    public int Run()
    {
        output.WriteLine($"Starting crash safety test... (seed {seed}, {rounds} kills a test)");
        var root = directory ?? Directory.CreateTempSubdirectory("kvdb-crash-").FullName;
        try
        {
            Test("Test 1: Kill during write", () => KillRounds(Path.Combine(root, "write"), threads: 1, compact: false));
            Test("Test 2: Kill during compaction", () => KillRounds(Path.Combine(root, "compact"), threads: 2, compact: true));
            Test("Test 3: Power failure simulation (no fsync)", PowerFailures);
            Test("Test 4: Concurrent writers", () => KillRounds(Path.Combine(root, "threads"), threads: 10, compact: false));
        }
        finally
        {
            if (directory is null)
                Directory.Delete(root, recursive: true);
        }

        output.WriteLine($"{_kills} kills, {_acknowledged} acknowledged writes verified");
        output.WriteLine($"Crash safety: {(_passed == 4 ? "PASSED" : "FAILED")} ({_passed}/4 tests)");
        return _passed == 4 ? 0 : 1;
    }

    /// <summary>How many numbers of a thread are there, counted from 0 without a gap.</summary>
    public static long CountOf(LsmDatabase database, int thread)
    {
        var prefix = Encoding.UTF8.GetBytes($"t{thread:D2}-");
        using var iterator = database.NewIterator(ReadOptions.ForPrefix(prefix));
        if (!iterator.SeekToLast())
            return 0;
        var key = Encoding.UTF8.GetString(iterator.Key);
        return long.Parse(key.AsSpan(4, 9), CultureInfo.InvariantCulture) + 1;
    }

    private void Test(string name, Action body)
    {
        output.WriteLine(name);
        try
        {
            body();
            _passed++;
        }
        catch (Exception e)
        {
            output.WriteLine($"- FAILED: {e.Message}");
        }
    }

    private void KillRounds(string path, int threads, bool compact)
    {
        var acknowledged = new long[threads];
        long total = 0;
        for (var round = 0; round < rounds; round++)
        {
            // A new database now and then: what is verified after each kill must not grow without end.
            if (round % RoundsOfADatabase == 0)
            {
                total += acknowledged.Sum();
                Array.Clear(acknowledged);
                if (Directory.Exists(path))
                    Directory.Delete(path, recursive: true);
            }

            RunAndKill(path, threads, compact, acknowledged);
            _kills++;
            using var database = LsmDatabase.Open(path, CrashWorker.Options());
            Verify(database, acknowledged);
        }

        total += acknowledged.Sum();
        _acknowledged += total;
        output.WriteLine($"- {rounds} processes killed, {total} writes acknowledged");
        output.WriteLine("- Restarting and verifying... ✓ All acknowledged writes recovered, none half there");
    }

    private void RunAndKill(string path, int threads, bool compact, long[] acknowledged)
    {
        var start = new ProcessStartInfo(Environment.ProcessPath!) { RedirectStandardOutput = true };
        // Run as `dotnet kvdb.dll`, the host needs to be told the program again.
        if (Path.GetFileNameWithoutExtension(Environment.ProcessPath) == "dotnet")
            start.ArgumentList.Add(typeof(CrashTest).Assembly.Location);
        foreach (var argument in new[] { "crashworker", path, "--threads", threads.ToString(CultureInfo.InvariantCulture) })
            start.ArgumentList.Add(argument);
        if (compact)
            start.ArgumentList.Add("--compact");
        using var process = Process.Start(start)!;
        if (process.StandardOutput.ReadLine() != "ready")
            throw new InvalidOperationException("the worker did not come up");
        var delay = TimeSpan.FromMilliseconds(_random.Next(1, 120));
        using var timer = new Timer(_ => process.Kill(), null, delay, Timeout.InfiniteTimeSpan);
        while (process.StandardOutput.ReadLine() is { } line)
        {
            var parts = line.Split(' ');
            // The last line may be cut in two by the kill.
            if (parts.Length == 2 && int.TryParse(parts[0], out var thread) && long.TryParse(parts[1], out var number) && number == acknowledged[thread])
                acknowledged[thread] = number + 1;
        }

        process.WaitForExit();
    }

    // Each thread's numbers are there from 0 without a gap, at least as many as it was told of, both keys of each pair.
    private static void Verify(LsmDatabase database, long[] acknowledged)
    {
        var report = database.Verify();
        if (!report.IsSound)
            throw report.Problems[0];
        for (var thread = 0; thread < acknowledged.Length; thread++)
        {
            using var iterator = database.NewIterator(ReadOptions.ForPrefix(Encoding.UTF8.GetBytes($"t{thread:D2}-")));
            long number = 0;
            for (var valid = iterator.SeekToFirst(); valid; valid = iterator.Next())
            {
                Expect(iterator, CrashWorker.Key(thread, number, 'a'), CrashWorker.Value(thread, number));
                if (!iterator.Next())
                    throw new InvalidOperationException($"write {number} of thread {thread} is half there");
                Expect(iterator, CrashWorker.Key(thread, number, 'b'), CrashWorker.Value(thread, number));
                number++;
            }

            if (number < acknowledged[thread])
                throw new InvalidOperationException($"thread {thread} was told of {acknowledged[thread]} writes, {number} are there");
            acknowledged[thread] = number;
        }
    }

    private static void Expect(LsmIterator iterator, string key, string value)
    {
        var found = Encoding.UTF8.GetString(iterator.Key);
        if (found != key)
            throw new InvalidOperationException($"expected key {key}, found {found}");
        if (Encoding.UTF8.GetString(iterator.Value) != value)
            throw new InvalidOperationException($"key {key} has a wrong value");
    }

    private void PowerFailures()
    {
        const int keys = 1000;
        long lost = 0;
        for (var round = 0; round < rounds; round++)
        {
            var system = new SimulatedFileSystem();
            var options = CrashWorker.Options();
            options.FileSystem = system;
            var database = LsmDatabase.Open("/db", options);
            var synced = 0;
            for (var i = 0; i < keys; i++)
            {
                var sync = _random.Next(100) == 0;
                database.Put($"key{i:D6}", $"value{i}", new WriteOptions(sync));
                if (sync)
                    synced = i + 1;
            }

            options.FileSystem = system.PowerFailure(_random, (PowerFailureMode)_random.Next(4));
            using var restarted = LsmDatabase.Open("/db", options);
            var found = 0;
            while (found < keys && restarted.GetString($"key{found:D6}") == $"value{found}")
                found++;
            if (found < synced)
                throw new InvalidOperationException($"{synced} writes were synced, {found} are there");
            if (restarted.Scan("key"u8).Count() != found)
                throw new InvalidOperationException($"writes after the first lost one are there: a hole after {found}");
            lost += keys - found;
        }

        output.WriteLine($"- {rounds} power failures; {lost} of {rounds * keys} unsynced writes lost (expected without fsync)");
        output.WriteLine("- Restarting... ✓ Every synced write is there, and no hole before the last one found");
    }
}
