using Gabbro.Platform.Files;
using Gabbro.Platform.Memory;

namespace Gabbro.Storage.Tests.BTree.Processes;

/// <summary>A file that another program cuts short while it is mapped: an error, never a signal, never a wrong answer.</summary>
[NonParallelizable]
public sealed class TruncationTests : BTreeTestBase
{
    [Test]
    public void FileCutShort_WhileOpen_IsAClearErrorInThatProcess(
        [Values("", "-wal", "-lock")] string suffix, [Values(0, 20_000, 200_000, -40_000)] int length)
    {
        if (!CanGuard())
        {
            Assert.Pass("this system does not let a process survive the truncation of a mapped file");
            return;
        }

        Fill();
        var original = File.ReadAllBytes(Path);
        // A negative length counts from the end.
        if (length < 0)
            length += original.Length;
        var (output, errors, code) = Child.Run($"truncated|{Path}|{Path}{suffix}|{length}");
        Assert.That(code, Is.Zero, $"{output}\n{errors}");
        // A log of a megabyte and a lock file are not used up to their last byte; a part nobody needed may go unnoticed.
        if (suffix.Length == 0 || length == 0)
            Assert.That(output, Does.StartWith("told:"));
        TestContext.Out.WriteLine(output);
        if (suffix.Length > 0)
            return;
        // What is left is refused at the next opening too; put back, everything is there.
        Assert.That(() => Open(o => o with { CreateIfMissing = false }), Throws.InstanceOf<StorageException>());
        File.WriteAllBytes(Path, original);
        File.Delete(Path + "-wal");
        using var db = Open();
        Assert.That(db.GetStatistics().Records, Is.EqualTo(TruncatedUnderFoot.Records));
    }

    [Test]
    public void OtherProcesses_AfterOneMetTheTruncation_AreToldTooAndGoOnOnceReopened()
    {
        if (!CanGuard())
        {
            Assert.Pass("this system does not let a process survive the truncation of a mapped file");
            return;
        }

        using (var db = Open())
        {
            db.Put(B("a"), B("1"));
            File.WriteAllBytes(Path + "-lock", []);
            Assert.That(() => db.Put(B("a"), B("2")), Throws.InstanceOf<CorruptionException>().With.Message.Contains("-lock"));
            Assert.That(() => db.Get(B("a")), Throws.InstanceOf<CorruptionException>().With.Message.Contains("-lock"));
        }

        using (var db = Open())
        {
            Assert.That(S(db.Get(B("a"))), Is.EqualTo("1"));
            db.Put(B("a"), B("3"));
            Assert.That(db.Check().Faults, Is.Empty);
        }
    }

    private void Fill()
    {
        using var db = Open();
        using var write = db.BeginWrite();
        for (var i = 0; i < TruncatedUnderFoot.Records; i++)
            write.Put(TruncatedUnderFoot.Key(i), TruncatedUnderFoot.Value(i));
        write.Commit();
    }

    private bool CanGuard()
    {
        var probe = Path + ".probe";
        File.WriteAllBytes(probe, new byte[4096]);
        using var file = FileHandle.Open(probe);
        using var mapping = FileMapping.Create(file, 0, 4096);
        return !mapping.TryGuard().IsError;
    }
}
