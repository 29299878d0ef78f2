using System.Text;
using Gabbro.Storage.BTree;

namespace Gabbro.Storage.Tests.BTree;

public sealed class BTreeBasicTests : BTreeTestBase
{
    [Test]
    public void Open_NewFile_IsEmptyAndReopens()
    {
        using (var db = Open())
        {
            Assert.That(db.Get(B("a")), Is.Null);
            Assert.That(db.GetStatistics().Records, Is.Zero);
        }

        using (var db = Open())
            Assert.That(db.Check().IsSound);
    }

    [Test]
    public void PutGetDelete_ManyRecords_SurviveReopening()
    {
        using (var db = Open())
        {
            for (var i = 0; i < 10_000; i++)
                Assert.That(db.Put(B($"key{i:d6}"), B($"value{i:d6}")));
            Assert.That(db.Delete(B("key000100")));
            Assert.That(db.Delete(B("key000100")), Is.False);
            Assert.That(db.Put(B("key000101"), B("other")), Is.False);
            Assert.That(db.Check().Faults, Is.Empty);
        }

        Assert.That(File.Exists(Path + "-wal"), Is.False, "a clean close leaves no log");
        using (var db = Open())
        {
            Assert.That(db.Check().Faults, Is.Empty);
            for (var i = 0; i < 10_000; i++)
            {
                var expected = i switch { 100 => null, 101 => "other", _ => $"value{i:d6}" };
                Assert.That(S(db.Get(B($"key{i:d6}"))), Is.EqualTo(expected));
            }
        }
    }

    [Test]
    public void BeginRead_LaterCommits_AreNotSeen()
    {
        using var db = Open();
        db.Put(B("a"), B("1"));
        using var read = db.BeginRead();
        for (var i = 0; i < 2000; i++)
            db.Put(B($"k{i}"), B("x"));
        db.Put(B("a"), B("2"));
        Assert.That(S(read.Get(B("a"))), Is.EqualTo("1"));
        Assert.That(read.Count, Is.EqualTo(1));
        Assert.That(S(db.Get(B("a"))), Is.EqualTo("2"));
    }

    [Test]
    public void Dispose_WithoutCommit_RollsBack()
    {
        using var db = Open();
        db.Put(B("a"), B("1"));
        using (var write = db.BeginWrite())
        {
            write.Put(B("a"), B("2"));
            write.Put(B("b"), new byte[100_000]);
            Assert.That(write.TryGet(B("a"), out var value) && value.SequenceEqual(B("2")));
        }

        Assert.That(S(db.Get(B("a"))), Is.EqualTo("1"));
        Assert.That(db.Get(B("b")), Is.Null);
        var report = db.Check();
        Assert.That((report.Faults, report.LostPages), Is.EqualTo((Array.Empty<string>(), 0L)));
    }

    [Test]
    public void LargeValue_TenMebibytes_RoundTrips()
    {
        var value = new byte[10 << 20];
        new Random(1).NextBytes(value);
        using (var db = Open())
        {
            db.Put(B("big"), value);
            Assert.That(db.Get(B("big")), Is.EqualTo(value));
        }

        using (var db = Open())
        {
            using var read = db.BeginRead();
            Assert.That(read.TryGet(B("big"), out ReadOnlySpan<byte> span) && span.SequenceEqual(value));
            Assert.That(db.Check().Faults, Is.Empty);
        }
    }

    [Test]
    public void Savepoint_RollBackTo_RestoresExactlyThatState()
    {
        using var db = Open();
        using (var write = db.BeginWrite())
        {
            for (var i = 0; i < 500; i++)
                write.Put(B($"a{i}"), B("1"));
            var first = write.CreateSavepoint();
            for (var i = 0; i < 500; i++)
                write.Put(B($"a{i}"), B("2"));
            write.OpenTree("named");
            var second = write.CreateSavepoint();
            for (var i = 0; i < 500; i++)
                write.Delete(B($"a{i}"));
            write.RollBackTo(second);
            Assert.That(write.TryGet(B("a7"), out var v) && v.SequenceEqual(B("2")));
            write.RollBackTo(first);
            Assert.That(write.TryGet(B("a7"), out v) && v.SequenceEqual(B("1")));
            Assert.That(write.TryOpenTree("named", out _), Is.False);
            Assert.Throws<ArgumentException>(() => write.RollBackTo(second));
            write.Put(B("after"), B("x"));
            write.Commit();
        }

        var report = db.Check();
        Assert.That((report.Faults, report.LostPages), Is.EqualTo((Array.Empty<string>(), 0L)));
        Assert.That(S(db.Get(B("a499"))), Is.EqualTo("1"));
        Assert.That(S(db.Get(B("after"))), Is.EqualTo("x"));
    }

    [Test]
    public void NamedTrees_AreSeparateAndSurvive()
    {
        using (var db = Open())
        {
            using var write = db.BeginWrite();
            var users = write.OpenTree("users");
            var orders = write.OpenTree("orders");
            write.Put(users, B("k"), B("user"));
            write.Put(orders, B("k"), B("order"));
            write.Put(B("k"), B("main"));
            write.Commit();
        }

        using (var db = Open())
        {
            using var read = db.BeginRead();
            Assert.That(read.ListTrees(), Is.EqualTo(new[] { "orders", "users" }));
            Assert.That(read.TryOpenTree("users", out var users));
            Assert.That(read.TryGet(users, B("k"), out var value) && value.SequenceEqual(B("user")));
            Assert.That(S(read.Get(B("k"))), Is.EqualTo("main"));
        }

        using (var db = Open())
        {
            using (var write = db.BeginWrite())
            {
                Assert.That(write.DropTree("users"));
                write.Commit();
            }

            using var read = db.BeginRead();
            Assert.That(read.ListTrees(), Is.EqualTo(new[] { "orders" }));
            var report = db.Check();
            Assert.That((report.Faults, report.LostPages), Is.EqualTo((Array.Empty<string>(), 0L)));
        }
    }

    [Test]
    public void Index_ChangesOfRecords_AreFollowed()
    {
        using var db = Open();
        for (var i = 0; i < 100; i++)
            db.Put(B($"user{i:d3}"), B($"{i % 10}"));
        db.DefineIndex("by-value", static (_, value, keys) => keys.Add(value));
        db.Put(B("user003"), B("7"));
        db.Delete(B("user017"));
        using var read = db.BeginRead();
        var index = read.OpenIndex("by-value");
        var found = new List<string>();
        for (var valid = index.Seek(B("7")); valid && index.IsAt(B("7")); valid = index.Next())
            found.Add(Encoding.UTF8.GetString(index.PrimaryKey));
        Assert.That(found, Is.EqualTo(new[] { "user003", "user007", "user027", "user037", "user047", "user057", "user067", "user077", "user087", "user097" }));
    }

    [Test]
    public void Cursor_DeleteWhileScanning_RemovesExactlyThose()
    {
        using var db = Open();
        using (var write = db.BeginWrite())
        {
            for (var i = 0; i < 3000; i++)
                write.Put(B($"{i:d5}"), B("v"));
            var cursor = write.OpenCursor();
            var count = 0;
            for (var valid = cursor.SeekFirst(); valid; valid = cursor.Next())
            {
                if (count++ % 3 != 0)
                    cursor.Delete();
            }

            write.Commit();
        }

        Assert.That(db.GetStatistics().Records, Is.EqualTo(1000));
        Assert.That(db.Check().Faults, Is.Empty);
        using var read = db.BeginRead();
        var reader = read.OpenCursor();
        Assert.That(reader.SeekBelow(B("00300")) && reader.Key.SequenceEqual(B("00297")));
    }

    [Test]
    public void Vacuum_AfterDeletes_ShrinksTheFileUnderAReader()
    {
        using var db = Open();
        using (var write = db.BeginWrite())
        {
            for (var i = 0; i < 50_000; i++)
                write.Put(B($"key{i:d8}"), new byte[100]);
            write.Commit();
        }

        using var before = db.BeginRead();
        using (var write = db.BeginWrite())
        {
            write.DeleteRange(B("key00005000"), default);
            write.Commit();
        }

        db.Vacuum();
        var statistics = db.GetStatistics();
        Assert.That(statistics.Records, Is.EqualTo(5000));
        Assert.That(new FileInfo(Path).Length, Is.LessThan(statistics.DataBytes * 1.3));
        Assert.That(before.Count, Is.EqualTo(50_000));
        Assert.That(before.TryGet(B("key00049999"), out ReadOnlySpan<byte> _));
        db.Put(B("later"), B("x"));
        Assert.That(db.Check().Faults, Is.Empty);
    }

    [Test]
    public void BackUp_WhileOpen_OpensByItself()
    {
        using var db = Open();
        for (var i = 0; i < 1000; i++)
            db.Put(B($"{i}"), B("v"));
        db.BackUp(Path + ".bak");
        using var copy = BTreeDatabase.Open(Path + ".bak");
        Assert.That(copy.GetStatistics().Records, Is.EqualTo(1000));
        Assert.That(copy.Check().Faults, Is.Empty);
        copy.Put(B("more"), B("x"));
        Assert.Throws<StorageException>(() => db.BackUp(Path + ".bak"));
    }

    [Test]
    public void ChangeStream_AppliedToAFollower_MakesItTheSame()
    {
        using var leader = Open();
        for (var i = 0; i < 100; i++)
            leader.Put(B($"before{i}"), B("v"));
        leader.BackUpForFollower(Path + ".follower");
        using var follower = BTreeDatabase.Open(Path + ".follower", leader.Options);
        using (var write = leader.BeginWrite())
        {
            write.Put(write.OpenTree("named"), B("k"), B("v"));
            write.DeleteRange(B("before1"), B("before5"));
            write.Commit();
        }

        for (var i = 0; i < 200; i++)
            leader.Put(B($"after{i}"), new byte[i * 10]);
        var changes = leader.OpenChanges(follower.FollowerPosition);
        while (changes.TryRead(out var change))
            follower.ApplyChange(change, changes.Position);
        Assert.That(follower.FollowerPosition, Is.EqualTo(changes.Position));
        Assert.That(follower.GetStatistics().Records, Is.EqualTo(leader.GetStatistics().Records));
        Assert.That(follower.Get(B("after199"))!.Length, Is.EqualTo(1990));
        using (var write = follower.BeginWrite())
        {
            Assert.That(write.TryOpenTree("named", out var named) && write.TryGet(named, B("k"), out _));
            write.Put(write.OpenTree("another"), B("k"), B("taken over"));
            write.Commit();
        }

        Assert.That(follower.Check().Faults, Is.Empty);
        using (var write = leader.BeginWrite())
        {
            write.Put(B("too large for the log"), new byte[20 << 20]);
            write.Commit();
        }

        Assert.Throws<StorageException>(() => changes.TryRead(out _));
    }
}
