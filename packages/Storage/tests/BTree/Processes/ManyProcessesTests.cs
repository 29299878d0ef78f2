using System.Buffers.Binary;
using System.Diagnostics;
using Gabbro.Storage.BTree;

namespace Gabbro.Storage.Tests.BTree.Processes;

/// <summary>Processes of their own on one file, also killed at random: see tests/README.md for the long form.</summary>
[NonParallelizable]
public sealed class ManyProcessesTests : BTreeTestBase
{
    private const int Writers = 2;
    private const int Readers = 2;

    [Test]
    public void Readers_FourProcesses_FindEveryRecord()
    {
        using (var db = Open())
        {
            for (var i = 0; i < 1000; i++)
                db.Put(B($"0-key{i}"), B($"0-value{i}"));
        }

        RunAll(Enumerable.Repeat($"get|{Path}|1000", 4));
    }

    [Test]
    public void Writers_FourProcesses_LoseNoRecord()
    {
        using (Open())
        {
        }

        RunAll(Enumerable.Range(0, 4).Select(p => $"keys|{Path}|{p}|100"));
        using var db = Open();
        for (var p = 0; p < 4; p++)
        {
            for (var i = 0; i < 100; i++)
                Assert.That(S(db.Get(B($"{p}-key{i}"))), Is.EqualTo($"{p}-value{i}"));
        }

        Assert.That(db.GetStatistics().Records, Is.EqualTo(400));
        Assert.That(db.Check().Faults, Is.Empty);
    }

    [Test]
    public void KilledAtRandom_NothingAcknowledgedIsLostAndSumsHold()
    {
        var seed = TestSeed.Next();
        var random = new Random(seed);
        using var db = Open(o => o with { LogCapacity = 1 << 20 });
        Fill(db);
        var children = new Process[Writers + Readers];
        for (var i = 0; i < children.Length; i++)
            children[i] = StartMember(i);
        for (var kills = 0; kills < 4 * Effort; kills++)
        {
            // Until commits have come since the last kill, so that there is something to lose.
            var before = Committed(db);
            while (Committed(db) < before + 50)
                Thread.Yield();
            var victim = random.Next(children.Length);
            Child.Kill(children[victim]);
            children[victim] = StartMember(victim);
        }

        foreach (var child in children)
            Child.Kill(child);
        db.Put("last"u8, "x"u8);
        db.Checkpoint();
        for (var i = 0; i < Writers; i++)
        {
            var told = File.ReadAllBytes(AckFile(i));
            var last = told.Length < 8 ? 0 : BinaryPrimitives.ReadInt64LittleEndian(told.AsSpan((told.Length / 8 * 8) - 8));
            Assert.That(BinaryPrimitives.ReadInt64LittleEndian(db.Get(ChildRole.Counter(i))), Is.GreaterThanOrEqualTo(last), $"writer {i}, seed {seed}");
        }

        Assert.That(Directory.GetFiles(System.IO.Path.GetDirectoryName(Path)!, "*.fault"), Is.Empty, "a reader saw a torn snapshot");
        var report = db.Check();
        Assert.That((report.Faults, report.LostPages), Is.EqualTo((Array.Empty<string>(), 0L)));
        var statistics = db.GetStatistics();
        Assert.That((statistics.Readers, statistics.Connections), Is.EqualTo((0, 1)), "leaked reader slots or connections");
    }

    [Test]
    public void ReaderKilled_ItsSnapshotsAndSlotsAreReleased()
    {
        using var db = Open();
        db.Put(B("a"), B("1"));
        using (var child = Child.Start($"hold|{Path}|300"))
        {
            Assert.That(child.StandardOutput.ReadLine(), Is.EqualTo("ready"));
            Assert.That(db.GetStatistics().Readers, Is.EqualTo(300));
            child.Kill();
            child.WaitForExit();
        }

        db.Put(B("a"), B("2"));
        db.Checkpoint();
        var statistics = db.GetStatistics();
        Assert.That((statistics.Readers, statistics.Connections), Is.EqualTo((0, 1)));
        // Every slot can be taken again.
        using var second = Child.Start($"hold|{Path}|2000");
        Assert.That(second.StandardOutput.ReadLine(), Is.EqualTo("ready"));
        Child.Kill(second);
    }

    private static void RunAll(IEnumerable<string> roles)
    {
        var running = roles.Select(r => Task.Run(() => Child.Run(r))).ToArray();
        foreach (var child in running)
            Assert.That(child.Result.Code, Is.Zero, child.Result.Errors);
    }

    private static void Fill(BTreeDatabase db)
    {
        using var write = db.BeginWrite();
        for (var i = 0; i < ChildRole.Accounts; i++)
            write.Put(ChildRole.Account(i), ChildRole.Amount(ChildRole.Opening));
        for (var i = 0; i < Writers; i++)
            write.Put(ChildRole.Counter(i), ChildRole.Amount(0));
        write.Commit();
    }

    private static long Committed(BTreeDatabase db)
    {
        long sum = 0;
        using var read = db.BeginRead();
        for (var i = 0; i < Writers; i++)
        {
            if (read.TryGet(ChildRole.Counter(i), out ReadOnlySpan<byte> value))
                sum += BinaryPrimitives.ReadInt64LittleEndian(value);
        }

        return sum;
    }

    private string AckFile(int child) => $"{Path}.acknowledged{child}";

    private Process StartMember(int child)
    {
        var process = Child.Start($"{(child < Writers ? "writer" : "reader")}|{Path}|{AckFile(child)}|{child}");
        process.OutputDataReceived += static (_, _) => { };
        process.ErrorDataReceived += static (_, _) => { };
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        return process;
    }
}
