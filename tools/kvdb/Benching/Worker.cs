using System.Diagnostics;
using Gabbro.Tools.Kvdb.Engines;

namespace Gabbro.Tools.Kvdb.Benching;

/// <summary>One thread's share of a workload: its buffers, its clock, its counts.</summary>
internal sealed class Worker
{
    private long _last;

    public Worker(IEngine engine, RecordGenerator records, BenchOptions options, int index)
    {
        Engine = engine;
        Records = records;
        Options = options;
        Random = new Random(options.Seed + (7919 * index));
        Key = new byte[options.KeySize];
        Value = new byte[options.ValueSize];
        Buffer = new byte[Math.Max(4096, options.ValueSize)];
    }

    public IEngine Engine { get; }

    public RecordGenerator Records { get; }

    public BenchOptions Options { get; }

    public Random Random { get; }

    public byte[] Key { get; }

    public byte[] Value { get; }

    public byte[] Buffer { get; }

    public LatencyHistogram Latency { get; } = new();

    public long Operations { get; set; }

    public long Found { get; set; }

    public long Missing { get; set; }

    public long Wrong { get; set; }

    public long EntriesRead { get; set; }

    public long Allocated { get; set; }

    public void Start() => _last = Stopwatch.GetTimestamp();

    /// <summary>Ends an operation; one clock read serves its end and the next one's start.</summary>
    public void Done()
    {
        var now = Stopwatch.GetTimestamp();
        Latency.Add(now - _last);
        _last = now;
        Operations++;
    }

    public void Put(long number, bool sync = false)
    {
        RecordGenerator.Key(number, Key);
        Records.Value(number, Value);
        Engine.Put(Key, Value, sync);
    }

    public void Get(long number)
    {
        RecordGenerator.Key(number, Key);
        var length = Engine.Get(Key, Buffer);
        if (length < 0)
        {
            Missing++;
            return;
        }

        Found++;
        if (Options.Verify && (length != Options.ValueSize || !RecordGenerator.IsValueOf(number, Buffer.AsSpan(0, length))))
            Wrong++;
    }

    public void Scan(IEngineCursor cursor, long from, int length)
    {
        RecordGenerator.Key(from, Key);
        var valid = cursor.Seek(Key);
        for (var i = 0; valid && i < length; i++)
        {
            EntriesRead++;
            if (cursor.Key.Length != Options.KeySize || cursor.Value.Length != Options.ValueSize)
                Wrong++;
            valid = cursor.Next();
        }
    }
}
