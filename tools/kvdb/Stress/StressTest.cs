using System.Diagnostics;
using System.Globalization;
using Gabbro.Storage.BTree;

namespace Gabbro.Tools.Kvdb.Stress;

/// <summary>Runs writers and readers as processes of their own, kills them if asked to, and checks what is left.</summary>
internal sealed class StressTest(string path, int writers, int readers, int operations, int killSeconds, int seed, bool sync)
{
    private readonly List<Member> _members = [];
    private readonly Random _random = new(seed);
    private readonly List<string> _faults = [];
    private long _writes;
    private long _reads;
    private long _failures;
    private int _kills;

    /// <summary>Runs the test and prints its report.</summary>
    /// <returns>0 if every check held.</returns>
    public int Run()
    {
        Console.Out.WriteLine("Running stress test...");
        Console.Out.WriteLine($"Writers: {writers}, Readers: {readers}");
        Console.Out.WriteLine(killSeconds > 0 ? $"Killing processes for {killSeconds} s" : $"Total operations: {operations}");
        Prepare();
        // Kept open, so that the shared memory outlives every worker that is killed.
        using var database = BTreeDatabase.Open(path);
        for (var i = 0; i < writers + readers; i++)
            _members.Add(new Member(i < writers, i < writers ? i : i - writers));
        var watch = Stopwatch.StartNew();
        foreach (var member in _members)
            Start(member);
        if (killSeconds > 0)
            KillAtRandom(TimeSpan.FromSeconds(killSeconds));
        foreach (var member in _members)
            Finish(member);
        var elapsed = watch.Elapsed;
        CheckResult(database);
        Report(elapsed, database.GetStatistics());
        return _faults.Count == 0 && _failures == 0 ? 0 : 1;
    }

    private void Prepare()
    {
        using var database = BTreeDatabase.Open(path);
        using var transaction = database.BeginWrite();
        for (var account = 0; account < StressWorker.Accounts; account++)
            transaction.Put(StressWorker.AccountKey(account), StressWorker.Number(StressWorker.Opening));
        for (var writer = 0; writer < writers; writer++)
            transaction.Put(StressWorker.CounterKey(writer), StressWorker.Number(0));
        transaction.Commit();
    }

    private void Start(Member member)
    {
        var share = member.IsWriter
            ? Share(operations * 2 / 5, writers, member.Number)
            : Share(operations - (operations * 2 / 5), readers, member.Number);
        var start = new ProcessStartInfo(Environment.ProcessPath!) { RedirectStandardOutput = true, RedirectStandardError = true };
        if (Path.GetFileNameWithoutExtension(Environment.ProcessPath!) == "dotnet")
            start.ArgumentList.Add(typeof(StressTest).Assembly.Location);
        string[] words =
        [
            "stress-worker", path, member.IsWriter ? "w" : "r", Text(member.Number), Text(killSeconds > 0 ? 0 : share),
            Text(_random.Next()), sync ? "1" : "0",
        ];
        foreach (var word in words)
            start.ArgumentList.Add(word);
        var process = Process.Start(start)!;
        member.Process = process;
        member.Reader = new Thread(() => Listen(member, process)) { IsBackground = true };
        member.Reader.Start();
    }

    // Every line a writer got out stands for a commit that had returned before: it must never be lost.
    private void Listen(Member member, Process process)
    {
        while (process.StandardOutput.ReadLine() is { } line)
        {
            if (line.StartsWith("w ", StringComparison.Ordinal) && long.TryParse(line.AsSpan(2), CultureInfo.InvariantCulture, out var count))
            {
                member.Acknowledged = Math.Max(member.Acknowledged, count);
                Interlocked.Increment(ref _writes);
            }
            else if (line == "r")
            {
                Interlocked.Increment(ref _reads);
            }
            else if (line.StartsWith("fault ", StringComparison.Ordinal))
            {
                AddFault($"{member}: {line[6..]}");
            }
        }
    }

    private void KillAtRandom(TimeSpan duration)
    {
        var watch = Stopwatch.StartNew();
        while (watch.Elapsed < duration && _faults.Count == 0)
        {
            Thread.Sleep(_random.Next(20, 150));
            var member = _members[_random.Next(_members.Count)];
            if (member.Process!.HasExited)
                Complain(member);
            member.Process.Kill();
            member.Process.WaitForExit();
            member.Reader!.Join();
            member.Process.Dispose();
            _kills++;
            Start(member);
        }

        foreach (var member in _members)
            member.Process!.Kill();
    }

    private void Finish(Member member)
    {
        member.Process!.WaitForExit();
        member.Reader!.Join();
        if (killSeconds == 0 && member.Process.ExitCode != 0)
            Complain(member);
        member.Process.Dispose();
    }

    private void Complain(Member member)
    {
        _failures++;
        var text = member.Process!.StandardError.ReadToEnd().Trim();
        AddFault($"{member} ended by itself with {member.Process.ExitCode}: {text}");
    }

    private void CheckResult(BTreeDatabase database)
    {
        using (var transaction = database.BeginRead())
        {
            foreach (var member in _members.Where(m => m.IsWriter))
            {
                var count = transaction.TryGet(StressWorker.CounterKey(member.Number), out ReadOnlySpan<byte> text) ? StressWorker.Number(text) : 0;
                if (count < member.Acknowledged)
                    AddFault($"{member} was told of {member.Acknowledged} commits, {count} are there");
            }

            long sum = 0;
            for (var account = 0; account < StressWorker.Accounts; account++)
                sum += transaction.TryGet(StressWorker.AccountKey(account), out ReadOnlySpan<byte> text) ? StressWorker.Number(text) : 0;
            if (sum != StressWorker.Accounts * StressWorker.Opening)
                AddFault($"the accounts hold {sum}, not {StressWorker.Accounts * StressWorker.Opening}");
        }

        // Writing must still be possible, whoever died holding what; it also cleans up after the dead.
        database.Put("stress:last"u8, "x"u8);
        database.Checkpoint();
        var report = database.Check();
        foreach (var fault in report.Faults)
            AddFault(fault);
        if (report.LostPages > 0)
            AddFault($"{report.LostPages} pages were lost");
        var statistics = database.GetStatistics();
        if (statistics.Readers > 0)
            AddFault($"{statistics.Readers} reader slots leaked");
        if (statistics.Connections > 1)
            AddFault($"{statistics.Connections - 1} connections leaked");
    }

    private void Report(TimeSpan elapsed, BTreeStatistics statistics)
    {
        Console.Out.WriteLine();
        Console.Out.WriteLine("Results:");
        Console.Out.WriteLine($"  Writes: {_writes} ({Success(_writes)} success)");
        Console.Out.WriteLine($"  Reads: {_reads} ({Success(_reads)} success)");
        Console.Out.WriteLine($"  Lock contentions: {statistics.WriterContentions}");
        Console.Out.WriteLine($"  Deadlocks: {statistics.Deadlocks}");
        Console.Out.WriteLine(string.Create(CultureInfo.InvariantCulture, $"  Throughput: {(_writes + _reads) / elapsed.TotalSeconds:n0} ops/sec"));
        if (killSeconds > 0)
            Console.Out.WriteLine($"  Kills: {_kills}");
        foreach (var fault in _faults)
            Console.Out.WriteLine($"  FAULT: {fault}");
    }

    private string Success(long done) =>
        string.Create(CultureInfo.InvariantCulture, $"{100.0 * done / Math.Max(1, done + _failures):0.#}%");

    private void AddFault(string fault)
    {
        lock (_faults)
            _faults.Add(fault);
    }

    private static int Share(int total, int members, int number) => (total / members) + (number < total % members ? 1 : 0);

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);

    private sealed class Member(bool isWriter, int number)
    {
        public bool IsWriter { get; } = isWriter;

        public int Number { get; } = number;

        public Process? Process { get; set; }

        public Thread? Reader { get; set; }

        public long Acknowledged { get; set; }

        public override string ToString() => $"{(IsWriter ? "writer" : "reader")} {Number}";
    }
}
