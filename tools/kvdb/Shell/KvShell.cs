using System.Diagnostics;
using System.Globalization;
using System.Text;
using Gabbro.Storage;
using Gabbro.Tools.Kvdb.Engines;
using Gabbro.Tools.Kvdb.Serving;

namespace Gabbro.Tools.Kvdb.Shell;

/// <summary>The interactive shell, and the same commands one by one for scripts.</summary>
internal sealed class KvShell(TextReader input, TextWriter output, bool interactive, string engine = "lsm")
{
    public static readonly string[] Verbs =
    [
        "open", "put", "get", "delete", "deleterange", "scan", "rscan", "count", "stats", "compact", "flush", "sync", "batch", "commit",
        "abort", "snapshot", "release", "checkpoint", "verify", "help", "quit",
    ];

    private readonly Dictionary<string, IEngineSnapshot> _snapshots = [];
    private IEngine? _engine;
    private List<(byte[] Key, byte[]? Value)>? _batch;

    /// <summary>Reads commands until the input ends or one says quit.</summary>
    public int Run(string? path)
    {
        var failed = 0;
        if (path is not null)
            Execute(["open", path], ref failed);
        var lines = interactive ? new LineEditor(Verbs) : null;
        while (true)
        {
            var line = lines is not null ? lines.ReadLine("kvdb> ") : input.ReadLine();
            if (line is null)
                break;
            if (!Dispatch(line, ref failed))
                break;
        }

        Close();
        return interactive ? 0 : failed == 0 ? 0 : 1;
    }

    /// <summary>Runs given commands on a database; 0 if all succeeded.</summary>
    public int RunAll(string path, IEnumerable<string> commands)
    {
        _engine = EngineFactory.Open(engine, path, new EngineOptions());
        var failed = 0;
        foreach (var command in commands)
        {
            if (!Dispatch(command, ref failed))
                break;
        }

        CloseQuietly();
        return failed == 0 ? 0 : 1;
    }

    private bool Dispatch(string line, ref int failed)
    {
        try
        {
            var words = CommandLineWords.Split(line);
            return words.Count == 0 || Execute(words, ref failed);
        }
        catch (Exception e) when (e is UsageException or StorageException or ArgumentException or NotSupportedException or ObjectDisposedException)
        {
            failed++;
            output.WriteLine($"Error: {e.Message}");
            return true;
        }
    }

    // Whether to go on.
    private bool Execute(List<string> words, ref int failed)
    {
        switch (words[0])
        {
            case "open":
                Expect(words, 1);
                Open(words[1]);
                break;
            case "put":
                Expect(words, 2);
                Put(Bytes(words[1]), Bytes(words[2]));
                break;
            case "get":
                Get(words, ref failed);
                break;
            case "delete" or "del":
                Expect(words, 1);
                if (_batch is not null)
                    _batch.Add((Bytes(words[1]), null));
                else
                    Engine.Delete(Bytes(words[1]), false);
                output.WriteLine("OK");
                break;
            case "deleterange":
                Expect(words, 2);
                Engine.DeleteRange(Bytes(words[1]), Bytes(words[2]), false);
                output.WriteLine("OK");
                break;
            case "scan" or "rscan":
                Scan(words);
                break;
            case "count":
                var total = 0L;
                Engine.Scan(null, null, false, null, (_, _) => ++total > 0);
                output.WriteLine(total.ToString(CultureInfo.InvariantCulture));
                break;
            case "stats":
                output.WriteLine("Database statistics:");
                foreach (var (name, value) in Engine.Describe())
                    output.WriteLine($"{name}: {value}");
                break;
            case "compact":
                Compact();
                break;
            case "flush":
                Engine.Flush();
                output.WriteLine("OK");
                break;
            case "sync":
                Engine.Sync();
                output.WriteLine("OK");
                break;
            case "batch":
                _batch = [];
                output.WriteLine("Batch started; put and delete collect until commit or abort");
                break;
            case "commit":
                var batch = _batch ?? throw new UsageException("no batch was started");
                Engine.Write(batch, false);
                _batch = null;
                output.WriteLine($"OK ({batch.Count} operations)");
                break;
            case "abort":
                _batch = null;
                output.WriteLine("OK");
                break;
            case "snapshot":
                Expect(words, 1);
                if (_snapshots.ContainsKey(words[1]))
                    throw new UsageException($"there is a snapshot {words[1]} already");
                _snapshots[words[1]] = Engine.CreateSnapshot();
                output.WriteLine($"OK (read it with: get KEY @{words[1]}, scan PREFIX @{words[1]})");
                break;
            case "release":
                Expect(words, 1);
                Snapshot(words[1]).Dispose();
                _snapshots.Remove(words[1]);
                output.WriteLine("OK");
                break;
            case "checkpoint":
                Expect(words, 1);
                Engine.Checkpoint(words[1]);
                output.WriteLine("OK");
                break;
            case "verify":
                var problems = Engine.Verify();
                foreach (var problem in problems)
                    output.WriteLine(problem);
                output.WriteLine(problems.Count == 0 ? "OK: no damage found" : $"{problems.Count} problems found");
                failed += problems.Count == 0 ? 0 : 1;
                break;
            case "help":
                PrintHelp();
                break;
            case "quit" or "exit":
                return false;
            default:
                throw new UsageException($"unknown command '{words[0]}'; try help");
        }

        return true;
    }

    private IEngine Engine => _engine ?? throw new UsageException("no database is open; use: open PATH");

    private void Open(string path)
    {
        CloseQuietly();
        _engine = EngineFactory.Open(engine, path, new EngineOptions());
        if (_engine is LsmEngine { Database: var database })
        {
            if (database.Recovery.Entries > 0)
                output.WriteLine($"Recovering from WAL... ({database.Recovery.Entries} entries replayed)");
            var statistics = database.GetStatistics();
            output.WriteLine($"Database opened: {path}");
            output.WriteLine($"LSM tree levels: {statistics.Levels.Count(l => l.Tables.Count > 0)}");
            output.WriteLine($"Active memtable: {statistics.MemtableEntries} entries");
            output.WriteLine($"Write-ahead log: {statistics.LogBytes} bytes");
            return;
        }

        output.WriteLine($"Database opened: {path}");
    }

    private void Put(byte[] key, byte[] value)
    {
        if (_batch is not null)
            _batch.Add((key, value));
        else
            Engine.Put(key, value, false);
        output.WriteLine($"OK (wrote {key.Length + value.Length} bytes)");
    }

    private void Get(List<string> words, ref int failed)
    {
        var snapshot = TakeSnapshotArgument(words);
        Expect(words, 1);
        var value = Engine.Get(Bytes(words[1]), snapshot);
        output.WriteLine(value is null ? "(not found)" : CommandLineWords.Text(value));
        if (value is null && !interactive)
            failed++;
    }

    private void Scan(List<string> words)
    {
        var snapshot = TakeSnapshotArgument(words);
        var prefix = words.Count > 1 ? Bytes(words[1]) : [];
        var limit = words.Count > 2 ? int.Parse(words[2], CultureInfo.InvariantCulture) : int.MaxValue;
        var count = 0;
        Engine.Scan(prefix, Hex.PrefixEnd(prefix), words[0] == "rscan", snapshot, (key, value) =>
        {
            output.WriteLine($"{CommandLineWords.Text(key)} -> {CommandLineWords.Text(value)}");
            return ++count < limit;
        });
        output.WriteLine($"({count} keys scanned)");
    }

    private void Compact()
    {
        output.WriteLine("Starting compaction...");
        var started = Stopwatch.GetTimestamp();
        Engine.Compact();
        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"Compaction complete ({Stopwatch.GetElapsedTime(started).TotalMilliseconds:F1} ms)"));
    }

    private void Close()
    {
        if (_engine is null)
            return;
        if (interactive)
            output.WriteLine("Closing database...");
        if (interactive)
            output.WriteLine("Flushing memtable...");
        _engine.Flush();
        if (interactive)
            output.WriteLine("Syncing WAL...");
        CloseQuietly();
        if (interactive)
            output.WriteLine("Database closed successfully.");
    }

    private void CloseQuietly()
    {
        foreach (var snapshot in _snapshots.Values)
            snapshot.Dispose();
        _snapshots.Clear();
        _engine?.Dispose();
        _engine = null;
    }

    private IEngineSnapshot? TakeSnapshotArgument(List<string> words)
    {
        if (words.Count < 2 || !words[^1].StartsWith('@'))
            return null;
        var snapshot = Snapshot(words[^1][1..]);
        words.RemoveAt(words.Count - 1);
        return snapshot;
    }

    private IEngineSnapshot Snapshot(string name) =>
        _snapshots.TryGetValue(name, out var snapshot) ? snapshot : throw new UsageException($"there is no snapshot {name}");

    private static byte[] Bytes(string word) => CommandLineWords.Bytes(word);

    private static void Expect(List<string> words, int arguments)
    {
        if (words.Count != arguments + 1)
            throw new UsageException($"{words[0]} takes {arguments} arguments, found {words.Count - 1}");
    }

    private void PrintHelp() => output.WriteLine(
        """
        open PATH                 open or create a database
        put KEY VALUE             set a key's value
        get KEY [@SNAPSHOT]       print a key's value
        delete KEY                remove a key
        deleterange FROM TO       remove all keys in [FROM, TO)
        scan [PREFIX] [LIMIT]     print keys and values in order (rscan: backwards); @SNAPSHOT at the end reads one
        count                     count the keys
        batch, commit, abort      collect puts and deletes and make them all at once
        snapshot NAME, release NAME
        stats, compact, flush, sync, verify, checkpoint DIR
        quit
        Words may be 'quoted' or "quoted" (\n \t \\ \" \xHH inside); 0x... is a key or value in hex.
        """);
}
