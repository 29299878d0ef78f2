using System.Collections.Concurrent;
using System.Globalization;
using System.Text;
using System.Threading.Channels;
using Gabbro.Storage;
using Gabbro.Tools.Kvdb.Engines;

namespace Gabbro.Tools.Kvdb.Serving;

/// <summary>The line protocol: one request a line in, one answer a line out; lanes run side by side.</summary>
internal sealed class ServeSession(IEngine engine, bool sync, TextReader input, TextWriter output)
{
    private readonly Lock _outputLock = new();
    private readonly Dictionary<string, Lane> _lanes = [];
    private readonly ConcurrentDictionary<string, IEngineSnapshot> _snapshots = new();

    /// <summary>Answers requests until the input ends or one says close.</summary>
    public void Run()
    {
        Answer("ready");
        while (input.ReadLine() is { } line)
        {
            var words = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
            if (words.Length == 0)
                continue;
            var at = words[0].IndexOf('@', StringComparison.Ordinal);
            var lane = at < 0 ? "" : words[0][(at + 1)..];
            var id = at < 0 ? words[0] : words[0][..at];
            if (words.Length > 1 && words[1] == "close")
            {
                DrainLanes();
                DisposeSnapshots();
                engine.Dispose();
                Answer($"{id} ok");
                return;
            }

            LaneOf(lane).Post(() => Answer($"{id} {Handle(words)}"));
        }

        DrainLanes();
        DisposeSnapshots();
        engine.Dispose();
    }

    private string Handle(string[] words)
    {
        try
        {
            if (words.Length < 2)
                throw new UsageException("a request is: ID[@LANE] VERB ARG...");
            return Execute(words[1], words.AsSpan(2));
        }
        catch (Exception e)
        {
            return $"err {ErrorClass.Of(e)} {OneLine(e.Message)}";
        }
    }

    private string Execute(string verb, ReadOnlySpan<string> args)
    {
        switch (verb)
        {
            case "put":
                Expect(args, 2);
                engine.Put(Hex.Decode(args[0]), Hex.Decode(args[1]), sync);
                return "ok";
            case "del":
                Expect(args, 1);
                engine.Delete(Hex.Decode(args[0]), sync);
                return "ok";
            case "delrange":
                Expect(args, 2);
                engine.DeleteRange(Hex.Decode(args[0]), Hex.Decode(args[1]), sync);
                return "ok";
            case "batch":
                engine.Write(ParseBatch(args), sync);
                return "ok";
            case "get":
                Expect(args, 1);
                return Found(engine.Get(Hex.Decode(args[0])));
            case "scan":
                Expect(args, 2);
                return Scan(Hex.Decode(args[0]), Limit(args[1]), null);
            case "range" or "rrange":
                Expect(args, 3);
                return Range(args[0] == "-" ? null : Hex.Decode(args[0]), args[1] == "-" ? null : Hex.Decode(args[1]), verb == "rrange", Limit(args[2]), null);
            case "cas":
                Expect(args, 3);
                return CompareAndSwap(Hex.Decode(args[0]), args[1], Hex.Decode(args[2]));
            case "incr":
                Expect(args, 2);
                return Increment(Hex.Decode(args[0]), Number(args[1]));
            case "xfer":
                Expect(args, 3);
                return Transfer(Hex.Decode(args[0]), Hex.Decode(args[1]), Number(args[2]));
            case "snap":
                Expect(args, 1);
                var created = engine.CreateSnapshot();
                if (_snapshots.TryAdd(args[0], created))
                    return "ok";
                created.Dispose();
                throw new UsageException($"there is a snapshot {args[0]} already");
            case "snapget":
                Expect(args, 2);
                return Found(engine.Get(Hex.Decode(args[1]), Snapshot(args[0])));
            case "snapscan":
                Expect(args, 3);
                return Scan(Hex.Decode(args[1]), Limit(args[2]), Snapshot(args[0]));
            case "snapfree":
                Expect(args, 1);
                if (!_snapshots.TryRemove(args[0], out var freed))
                    throw new UsageException($"there is no snapshot {args[0]}");
                freed.Dispose();
                return "ok";
            case "sync":
                engine.Sync();
                return "ok";
            case "flush":
                engine.Flush();
                return "ok";
            case "compact":
                engine.Compact();
                return "ok";
            case "checkpoint":
                Expect(args, 1);
                engine.Checkpoint(args[0]);
                return "ok";
            case "verify":
                var problems = engine.Verify();
                return problems.Count == 0 ? "ok" : $"err corrupt {OneLine(string.Join("; ", problems))}";
            default:
                throw new UsageException($"unknown verb {verb}");
        }
    }

    private static List<(byte[], byte[]?)> ParseBatch(ReadOnlySpan<string> args)
    {
        var changes = new List<(byte[], byte[]?)>();
        for (var i = 0; i < args.Length;)
        {
            if (args[i] == "put" && i + 2 < args.Length)
            {
                changes.Add((Hex.Decode(args[i + 1]), Hex.Decode(args[i + 2])));
                i += 3;
            }
            else if (args[i] == "del" && i + 1 < args.Length)
            {
                changes.Add((Hex.Decode(args[i + 1]), null));
                i += 2;
            }
            else
            {
                throw new UsageException("a batch is: put K V | del K ...");
            }
        }

        return changes;
    }

    private string Scan(byte[] prefix, int limit, IEngineSnapshot? snapshot) =>
        Range(prefix, Hex.PrefixEnd(prefix), false, limit, snapshot);

    private string Range(byte[]? from, byte[]? to, bool descending, int limit, IEngineSnapshot? snapshot)
    {
        var answer = new StringBuilder("ok");
        var count = 0;
        engine.Scan(from, to, descending, snapshot, (key, value) =>
        {
            answer.Append(' ').Append(Hex.Encode(key)).Append(' ').Append(Hex.Encode(value));
            return ++count != limit;
        });
        return answer.ToString();
    }

    private string CompareAndSwap(byte[] key, string old, byte[] value) => engine.Transact(
        t =>
        {
            var current = t.Get(key);
            var matches = old == "-nil-" ? current is null : current is not null && current.AsSpan().SequenceEqual(Hex.Decode(old));
            if (!matches)
                return $"err conflict {(current is null ? "-nil-" : Hex.Encode(current))}";
            t.Put(key, value);
            return "ok";
        },
        sync);

    private string Increment(byte[] key, long by) => engine.Transact(
        t =>
        {
            var next = checked(Balance(t.Get(key)) + by);
            t.Put(key, Text(next));
            return $"ok {next.ToString(CultureInfo.InvariantCulture)}";
        },
        sync);

    private string Transfer(byte[] from, byte[] to, long amount)
    {
        if (amount < 0)
            throw new UsageException("an amount is not negative");
        return engine.Transact(
            t =>
            {
                var first = Balance(t.Get(from));
                if (first < amount)
                    return $"err conflict {first.ToString(CultureInfo.InvariantCulture)}";
                if (from.AsSpan().SequenceEqual(to))
                    return "ok";
                var second = Balance(t.Get(to));
                t.Put(from, Text(first - amount));
                t.Put(to, Text(checked(second + amount)));
                return "ok";
            },
            sync);
    }

    private static long Balance(byte[]? value) => value is null ? 0 : Number(Encoding.ASCII.GetString(value));

    private static byte[] Text(long value) => Encoding.ASCII.GetBytes(value.ToString(CultureInfo.InvariantCulture));

    private IEngineSnapshot Snapshot(string name) =>
        _snapshots.TryGetValue(name, out var snapshot) ? snapshot : throw new UsageException($"there is no snapshot {name}");

    private static string Found(byte[]? value) => value is null ? "nil" : $"ok {Hex.Encode(value)}";

    private static int Limit(string text) => (int)Number(text);

    private static long Number(string text) =>
        long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number)
            ? number
            : throw new UsageException($"'{text}' is not a number");

    private static void Expect(ReadOnlySpan<string> args, int count)
    {
        if (args.Length != count)
            throw new UsageException($"expected {count} arguments, found {args.Length}");
    }

    private static string OneLine(string text) => text.ReplaceLineEndings(" ");

    private Lane LaneOf(string name)
    {
        if (!_lanes.TryGetValue(name, out var lane))
            _lanes[name] = lane = new Lane();
        return lane;
    }

    private void DrainLanes()
    {
        foreach (var lane in _lanes.Values)
            lane.Complete();
        _lanes.Clear();
    }

    private void DisposeSnapshots()
    {
        foreach (var snapshot in _snapshots.Values)
            snapshot.Dispose();
        _snapshots.Clear();
    }

    private void Answer(string line)
    {
        lock (_outputLock)
        {
            output.Write(line);
            output.Write('\n');
            output.Flush();
        }
    }

    private sealed class Lane
    {
        private readonly Channel<Action> _requests = Channel.CreateUnbounded<Action>(new UnboundedChannelOptions { SingleReader = true });
        private readonly Thread _thread;

        public Lane()
        {
            _thread = new Thread(Run) { IsBackground = true, Name = "kvdb-lane" };
            _thread.Start();
        }

        public void Post(Action request) => _requests.Writer.TryWrite(request);

        public void Complete()
        {
            _requests.Writer.Complete();
            _thread.Join();
        }

        private void Run()
        {
            while (_requests.Reader.WaitToReadAsync().AsTask().GetAwaiter().GetResult())
            {
                while (_requests.Reader.TryRead(out var request))
                    request();
            }
        }
    }
}
