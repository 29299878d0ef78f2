using Gabbro.Storage.BTree;

namespace Gabbro.Storage.Tests.BTree.Golden;

/// <summary>The format is what its document says, today's files and those of earlier versions of the library alike.</summary>
public sealed class GoldenFileTests : BTreeTestBase
{
    private static readonly string Stored = System.IO.Path.Combine(AppContext.BaseDirectory, "BTree", "Golden", "v1");

    [Test]
    public void StoredFile_ReadByTheDocument_HasItsRecords([Values("closed", "killed")] string name)
    {
        var reader = new FormatReader(Bytes(Stored, name + ".db")!, Bytes(Stored, name + ".db-wal"));
        Assert.That(reader.Trees, Is.EqualTo(GoldenDatabase.Expected()));
        Assert.That(reader.PageSize, Is.EqualTo(512));
        Assert.That(reader.LogRecords, name == "killed" ? Is.GreaterThan(30) : Is.Zero);
    }

    [Test]
    public void StoredFile_OpenedByTheEngine_HasItsRecordsAndCanBeWritten([Values("closed", "killed")] string name)
    {
        foreach (var suffix in new[] { "", "-wal" })
        {
            if (Bytes(Stored, name + ".db" + suffix) is { } bytes)
                File.WriteAllBytes(Path + suffix, bytes);
        }

        using (var db = Open(o => o with { CreateIfMissing = false }))
        {
            Assert.That(GoldenDatabase.ReadAll(db), Is.EqualTo(GoldenDatabase.Expected()));
            var report = db.Check();
            Assert.That((report.Faults, report.LostPages), Is.EqualTo((Array.Empty<string>(), 0L)));
            db.Put(B("new"), B("record"));
        }

        var reader = new FormatReader(File.ReadAllBytes(Path), null);
        Assert.That(reader.Trees[""]["new"], Is.EqualTo("record"));
    }

    [Test]
    public void FileWrittenToday_ReadByTheDocument_HasItsRecords([Values("closed", "killed")] string name)
    {
        var directory = Path + "-golden";
        GoldenDatabase.Write(directory);
        var reader = new FormatReader(Bytes(directory, name + ".db")!, Bytes(directory, name + ".db-wal"));
        Assert.That(reader.Trees, Is.EqualTo(GoldenDatabase.Expected()));
    }

    private static byte[]? Bytes(string directory, string name)
    {
        var file = System.IO.Path.Combine(directory, name);
        return File.Exists(file) ? File.ReadAllBytes(file) : null;
    }
}
