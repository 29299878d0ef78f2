using System.Text;
using Gabbro.Storage.BTree;

namespace Gabbro.Storage.Tests.BTree;

/// <summary>
/// Random programs over the whole of the transaction interface beside a sorted map: puts, deletions of keys, of ranges and
/// at cursors, savepoints, rollbacks, named trees, indexes, checkpoints, vacuums and reopening, with a follower fed from the
/// change stream all the while.
/// </summary>
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class TransactionModelTests : BTreeTestBase
{
    private sealed class Model
    {
        public readonly SortedDictionary<string, string> Main = new(StringComparer.Ordinal);
        public readonly SortedDictionary<string, string> Named = new(StringComparer.Ordinal);

        public Model Copy()
        {
            var copy = new Model();
            foreach (var (k, v) in Main)
                copy.Main[k] = v;
            foreach (var (k, v) in Named)
                copy.Named[k] = v;
            return copy;
        }

        public SortedDictionary<string, string> Tree(bool named) => named ? Named : Main;
    }

    [Test]
    public void RandomProgram_AgreesWithAModelAndItsFollower([Values(512, 4096)] int pageSize)
    {
        var seed = TestSeed.Next();
        var random = new Random(seed);
        var model = new Model();
        var db = OpenIndexed(pageSize);
        db.BackUpForFollower(Path + ".follower");
        using var follower = BTreeDatabase.Open(Path + ".follower", new BTreeOptions { Durability = CommitDurability.Relaxed });
        for (var round = 0; round < 60 * Effort; round++)
        {
            var next = model.Copy();
            using (var write = db.BeginWrite())
            {
                Change(write, next, random, depth: 0);
                if (random.Next(5) == 0)
                {
                    write.RollBack();
                }
                else
                {
                    write.Commit();
                    model = next;
                }
            }

            switch (random.Next(12))
            {
                case 0:
                    Follow(db, follower);
                    db.Dispose();
                    db = OpenIndexed(pageSize);
                    break;
                case 1:
                    db.Checkpoint();
                    break;
                case 2:
                    db.Vacuum();
                    break;
            }

            Compare(db, model, random, $"seed {seed} round {round}");
        }

        Follow(db, follower);
        Compare(follower, model, random, $"seed {seed}, the follower");
        // It takes over: it can be written like any database.
        follower.DefineIndex("by-first", ByFirst);
        follower.Put(B("zzz"), B("taken over"));
        model.Main["zzz"] = "taken over";
        Compare(follower, model, random, $"seed {seed}, taken over");
        db.Dispose();
    }

    [Test]
    public void Put_IndexKeyTooLongForOneOfTwoIndexes_ChangesNeither()
    {
        using var db = Open();
        db.DefineIndex("a", static (_, value, keys) => keys.Add(value[..1]));
        db.DefineIndex("b", static (_, value, keys) => keys.Add(value));
        db.Put(B("k"), B("old"));
        using (var write = db.BeginWrite())
        {
            Assert.That(() => write.Put(B("k"), new byte[2000]), Throws.ArgumentException);
            write.Commit();
        }

        using var read = db.BeginRead();
        Assert.That(S(read.Get(B("k"))), Is.EqualTo("old"));
        foreach (var name in new[] { "a", "b" })
        {
            var index = read.OpenIndex(name);
            Assert.That(index.SeekFirst() && index.PrimaryKey.SequenceEqual("k"u8) && !index.Next(), $"index {name}");
            Assert.That(index.SeekExact(name == "a" ? "o"u8 : "old"u8), $"index {name}");
        }
    }

    [Test]
    public void Put_WithAnIndexThisProcessDoesNotKnow_IsRefused()
    {
        using (var db = Open())
        {
            db.DefineIndex("by-value", static (_, value, keys) => keys.Add(value));
            db.Put(B("a"), B("1"));
        }

        using (var db = Open())
        {
            Assert.That(() => db.Put(B("b"), B("2")), Throws.InstanceOf<StorageException>().With.Property("Kind").EqualTo(StorageErrorKind.NotSupported));
            Assert.That(db.DropIndex("by-value"));
            db.Put(B("b"), B("2"));
            Assert.That(db.Check().Faults, Is.Empty);
        }
    }

    [Test]
    public void Cursor_UsedAfterItsTransaction_Throws()
    {
        using var db = Open();
        db.Put(B("a"), B("1"));
        var read = db.BeginRead();
        var cursor = read.OpenCursor();
        Assert.That(cursor.SeekFirst());
        read.Dispose();
        read.Dispose();
        var thrown = 0;
        try
        {
            cursor.Next();
        }
        catch (ObjectDisposedException)
        {
            thrown++;
        }

        try
        {
            _ = cursor.Key;
        }
        catch (ObjectDisposedException)
        {
            thrown++;
        }

        Assert.That(thrown, Is.EqualTo(2));
        Assert.Throws<ObjectDisposedException>(() => read.Get(B("a")));
    }

    [Test]
    public void Put_BytesOutOfTheTransactionItself_AreCopiedBeforeTheirPageMoves()
    {
        using var db = Open(o => o with { PageSize = 512 });
        using var write = db.BeginWrite();
        for (var i = 0; i < 8; i++)
            write.Put(B($"key{i}"), B($"value{i}".PadRight(45, '.')));
        for (var i = 0; i < 200; i++)
        {
            var cursor = write.OpenCursor();
            Assert.That(cursor.Seek(B($"key{i % 8}")));
            var value = cursor.Value.ToArray();
            // Key and value are spans into pages that this insertion splits and compacts.
            write.Put([.. cursor.Key, (byte)i], cursor.Value);
            Assert.That(write.TryGet([.. B($"key{i % 8}"), (byte)i], out var copy) && copy.SequenceEqual(value), $"round {i}");
            Assert.That(cursor.Seek(B($"key{i % 8}")));
            var key = cursor.Key.ToArray();
            write.Delete(cursor.Key);
            Assert.That(write.Contains(key), Is.False);
            write.Put(key, value);
        }

        write.Commit();
        Assert.That(db.Check().Faults, Is.Empty);
    }

    [Test]
    public void Load_AscendingKeys_FillsItsPages()
    {
        using var db = Open();
        using (var write = db.BeginWrite())
        {
            for (var i = 0; i < 20_000; i++)
                write.Put(B($"key{i:d8}"), B("value"));
            write.Commit();
        }

        var statistics = db.GetStatistics();
        Assert.That(statistics.FillFactor, Is.GreaterThan(0.95));
        Assert.That(statistics.LeafPages * statistics.PageSize, Is.LessThan(statistics.DataBytes + (statistics.Records * 14)));
    }

    [Test]
    public void Meter_OfADatabaseAtWork_TellsWhatItDid()
    {
        using var db = Open();
        var seen = new Dictionary<string, long>();
        using var listener = new System.Diagnostics.Metrics.MeterListener();
        listener.InstrumentPublished = (instrument, l) =>
        {
            if (instrument.Meter.Name == "Gabbro.Storage")
                l.EnableMeasurementEvents(instrument);
        };
        listener.SetMeasurementEventCallback<long>((instrument, value, tags, _) =>
        {
            foreach (var tag in tags)
            {
                if (Equals(tag.Value, db.Path))
                    seen[instrument.Name] = value;
            }
        });
        listener.Start();
        for (var i = 0; i < 10; i++)
            db.Put(BitConverter.GetBytes(i), B("value"));
        db.Checkpoint();
        using (db.BeginRead())
            listener.RecordObservableInstruments();
        Assert.That(seen["gabbro.storage.btree.commits"], Is.EqualTo(10));
        Assert.That(seen["gabbro.storage.btree.checkpoints"], Is.EqualTo(1));
        Assert.That(seen["gabbro.storage.btree.readers"], Is.EqualTo(1));
        Assert.That(seen["gabbro.storage.btree.file"], Is.EqualTo(new FileInfo(Path).Length));
        Assert.That(seen["gabbro.storage.btree.log.written"], Is.GreaterThan(10 * 40));
    }

    [Test]
    public void Deadlock_OverTwoDatabases_IsRefusedAndCounted()
    {
        using var first = Open();
        using var second = BTreeDatabase.Open(Path + "2", first.Options);
        using var bothHold = new Barrier(2);
        var refused = 0;
        void Work(BTreeDatabase mine, BTreeDatabase other)
        {
            using var write = mine.BeginWrite();
            bothHold.SignalAndWait();
            try
            {
                using var crossing = other.BeginWrite();
            }
            catch (StorageException e) when (e.Kind == StorageErrorKind.Deadlock)
            {
                Interlocked.Increment(ref refused);
            }
        }

        var thread = new Thread(() => Work(second, first));
        thread.Start();
        Work(first, second);
        thread.Join();
        Assert.That(refused, Is.EqualTo(1));
        Assert.That(first.GetStatistics().Deadlocks + second.GetStatistics().Deadlocks, Is.EqualTo(1));
    }

    [Test]
    public void Get_InATransactionThatFailed_IsRefused()
    {
        var system = new Simulation.SimulatedFileSystem { MappedCapacity = 2 << 20 };
        system.CreateDirectory("/db");
        using var db = BTreeDatabase.Open("/db/t.db", new BTreeOptions { FileSystem = system, MapCapacity = 2 << 20, LogCapacity = 64 << 10, BackgroundCheckpoints = false });
        db.Put(B("a"), B("1"));
        using (var write = db.BeginWrite())
        {
            system.Faults = o => o.Kind == Simulation.FileOperationKind.Preallocate ? Simulation.Fault.Fail(StorageErrorKind.NoSpace) : Simulation.Fault.None;
            Assert.That(() => write.Put(B("b"), new byte[500_000]), Throws.InstanceOf<StorageException>());
            Assert.That(() => write.Contains(B("a")), Throws.InstanceOf<StorageException>().With.Property("Kind").EqualTo(StorageErrorKind.Conflict));
            Assert.That(write.Commit, Throws.InstanceOf<StorageException>());
            system.Faults = null;
        }

        Assert.That(S(db.Get(B("a"))), Is.EqualTo("1"));
        Assert.That(() => db.BackUp("/none/copy.db"), Throws.InstanceOf<StorageException>());
        Assert.That(system.Files.Keys.Where(f => f.Contains("-new", StringComparison.Ordinal)), Is.Empty);
    }

    private static void ByFirst(ReadOnlySpan<byte> key, ReadOnlySpan<byte> value, IndexKeys keys)
    {
        if (!value.IsEmpty)
            keys.Add(value[..1]);
    }

    private BTreeDatabase OpenIndexed(int pageSize)
    {
        var db = Open(o => o with { PageSize = pageSize, LogCapacity = 4 << 20, BackgroundCheckpoints = false });
        db.DefineIndex("by-first", ByFirst);
        return db;
    }

    private static void Change(WriteTransaction write, Model model, Random random, int depth)
    {
        for (var step = random.Next(12); step >= 0; step--)
        {
            var named = random.Next(3) == 0;
            var tree = named ? write.OpenTree("named") : default;
            var records = model.Tree(named);
            var key = $"key{random.Next(400):d3}";
            switch (random.Next(8))
            {
                case 0:
                    Assert.That(write.Delete(tree, B(key)), Is.EqualTo(records.Remove(key)));
                    break;
                case 1:
                    var to = $"key{random.Next(400):d3}";
                    var victims = records.Keys.Where(k => string.CompareOrdinal(k, key) >= 0 && string.CompareOrdinal(k, to) < 0).ToArray();
                    Assert.That(write.DeleteRange(B(key), B(to), tree), Is.EqualTo(victims.Length));
                    foreach (var victim in victims)
                        records.Remove(victim);
                    break;
                case 2:
                    DeleteAtCursor(write, tree, records, random, key);
                    break;
                case 3 when depth < 3:
                    var before = model.Copy();
                    var savepoint = write.CreateSavepoint();
                    Change(write, model, random, depth + 1);
                    if (random.Next(2) == 0)
                    {
                        write.Release(savepoint);
                        break;
                    }

                    write.RollBackTo(savepoint);
                    Restore(model.Main, before.Main);
                    Restore(model.Named, before.Named);
                    break;
                default:
                    for (var i = random.Next(20); i >= 0; i--)
                    {
                        var k = $"key{random.Next(400):d3}";
                        var value = new string((char)('a' + random.Next(26)), random.Next(30) == 0 ? random.Next(9000) : random.Next(60));
                        Assert.That(write.Put(tree, B(k), B(value)), Is.EqualTo(!records.ContainsKey(k)));
                        records[k] = value;
                    }

                    break;
            }
        }
    }

    private static void DeleteAtCursor(
        WriteTransaction write, TreeHandle tree, SortedDictionary<string, string> records, Random random, string from)
    {
        var cursor = write.OpenCursor(tree);
        var backwards = random.Next(2) == 0;
        var left = random.Next(15);
        for (var valid = backwards ? cursor.SeekBelow(B(from)) : cursor.Seek(B(from)); valid && left > 0; valid = backwards ? cursor.Previous() : cursor.Next(), left--)
        {
            var key = S(cursor.Key.ToArray())!;
            Assert.That(cursor.Value.SequenceEqual(B(records[key])), key);
            if (random.Next(2) == 0)
                continue;
            cursor.Delete();
            Assert.That(records.Remove(key), key);
        }
    }

    private static void Restore(SortedDictionary<string, string> target, SortedDictionary<string, string> source)
    {
        target.Clear();
        foreach (var (k, v) in source)
            target[k] = v;
    }

    private static void Follow(BTreeDatabase leader, BTreeDatabase follower)
    {
        var changes = leader.OpenChanges(follower.FollowerPosition);
        while (changes.TryRead(out var change))
            follower.ApplyChange(change, changes.Position);
    }

    private static void Compare(BTreeDatabase db, Model model, Random random, string context)
    {
        var report = db.Check();
        Assert.That((report.Faults, report.LostPages), Is.EqualTo((Array.Empty<string>(), 0L)), context);
        using var read = db.BeginRead();
        CompareTree(read.OpenCursor(), model.Main, random, context);
        if (read.TryOpenTree("named", out var named))
            CompareTree(read.OpenCursor(named), model.Named, random, context);
        else
            Assert.That(model.Named, Is.Empty, context);

        var entries = new List<string>();
        var index = read.OpenIndex("by-first");
        for (var valid = index.SeekFirst(); valid; valid = index.Next())
            entries.Add($"{Encoding.ASCII.GetString(index.IndexKey)}:{Encoding.ASCII.GetString(index.PrimaryKey)}");
        var expected = model.Main.Where(p => p.Value.Length > 0).Select(p => $"{p.Value[0]}:{p.Key}").Order(StringComparer.Ordinal);
        Assert.That(entries, Is.EqualTo(expected), context);
    }

    private static void CompareTree(BTreeCursor cursor, SortedDictionary<string, string> records, Random random, string context)
    {
        var from = $"key{random.Next(400):d3}";
        var found = new List<string>();
        for (var valid = cursor.Seek(B(from)); valid; valid = cursor.Next())
            found.Add($"{S(cursor.Key.ToArray())}={S(cursor.Value.ToArray())}");
        Assert.That(found, Is.EqualTo(records.Where(p => string.CompareOrdinal(p.Key, from) >= 0).Select(p => $"{p.Key}={p.Value}")), context);
        found.Clear();
        for (var valid = cursor.SeekBelow(B(from)); valid; valid = cursor.Previous())
            found.Add($"{S(cursor.Key.ToArray())}={S(cursor.Value.ToArray())}");
        Assert.That(found, Is.EqualTo(records.Where(p => string.CompareOrdinal(p.Key, from) < 0).Select(p => $"{p.Key}={p.Value}").Reverse()), context);
    }
}
