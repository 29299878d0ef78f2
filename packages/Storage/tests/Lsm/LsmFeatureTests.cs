using System.Text;
using Gabbro.Storage.Lsm;
using Gabbro.Storage.Tests.Lsm.Histories;
using Gabbro.Storage.Tests.Simulation;

namespace Gabbro.Storage.Tests.Lsm;

public sealed class LsmFeatureTests
{
    private SimulatedFileSystem _system = new();

    [SetUp]
    public void NewMachine() => _system = new SimulatedFileSystem();

    private LsmOptions Options() => new()
    {
        FileSystem = _system,
        BlockCacheSize = 1 << 20,
        DefaultFamily =
        {
            WriteBufferSize = 16 << 10, TargetFileSize = 16 << 10, LevelBaseSize = 64 << 10, MergeOperator = new AppendOperator(),
        },
    };

    private LsmDatabase Open() => LsmDatabase.Open("/db", Options());

    [Test]
    public void Commit_OptimisticAfterConflictingWrite_ThrowsConflict()
    {
        using var database = Open();
        database.Put("a", "1");
        using var transaction = database.BeginTransaction();
        Assert.That(transaction.GetForUpdate("a"u8), Is.EqualTo("1"u8.ToArray()));
        transaction.Put("b"u8, "2"u8);
        database.Put("a", "changed");
        Assert.That(
            () => transaction.Commit(),
            Throws.TypeOf<StorageException>().With.Property(nameof(StorageException.Kind)).EqualTo(StorageErrorKind.Conflict));
        Assert.That(database.GetString("b"), Is.Null);
    }

    [Test]
    public void Transaction_OwnWritesAndSavePoints_AreSeen()
    {
        using var database = Open();
        database.Put("a", "1");
        using (var transaction = database.BeginTransaction(TransactionMode.Pessimistic))
        {
            transaction.Put("b"u8, "2"u8);
            transaction.SetSavePoint();
            transaction.Delete("a"u8);
            Assert.That(transaction.Get("a"u8), Is.Null);
            transaction.RollbackToSavePoint();
            Assert.That(transaction.Get("a"u8), Is.EqualTo("1"u8.ToArray()));
            Assert.That(transaction.Scan([], null).Select(e => Encoding.UTF8.GetString(e.Key)), Is.EqualTo(new[] { "a", "b" }));
            Assert.That(database.GetString("b"), Is.Null);
            transaction.Commit();
        }

        Assert.That(database.GetString("a"), Is.EqualTo("1"));
        Assert.That(database.GetString("b"), Is.EqualTo("2"));
    }

    [Test]
    public void GetForUpdate_ClosingACycle_ThrowsDeadlock()
    {
        using var database = Open();
        using var first = database.BeginTransaction(TransactionMode.Pessimistic, TimeSpan.FromSeconds(30));
        using var second = database.BeginTransaction(TransactionMode.Pessimistic, TimeSpan.FromSeconds(30));
        first.Put("a"u8, "1"u8);
        second.Put("b"u8, "1"u8);
        var waiting = new Thread(() => first.Put("b"u8, "1"u8));
        waiting.Start();
        StorageException? found = null;
        // The other thread may not be waiting yet: ask with no patience until the cycle is there.
        while (found?.Kind != StorageErrorKind.Deadlock)
        {
            try
            {
                database.LockTable.Acquire(second, 0, "a"u8, TimeSpan.Zero);
            }
            catch (StorageException e)
            {
                found = e;
            }
        }

        second.Rollback();
        waiting.Join();
        first.Commit();
        Assert.That(database.GetString("b"), Is.EqualTo("1"));
    }

    [Test]
    public void Checkpoint_OpensWithTheStateOfThen()
    {
        using var database = Open();
        Fill(database, 500, "old");
        database.Checkpoint("/copy");
        Fill(database, 500, "new");
        using var copy = LsmDatabase.Open("/copy", Options());
        Check(copy, 500, "old");
        Check(database, 500, "new");
    }

    [Test]
    public void Backup_Twice_CopiesOnlyWhatIsNew_AndRestores()
    {
        using var database = Open();
        Fill(database, 2000, "first");
        database.CompactRange();
        var all = database.Backup("/backup");
        database.Put("key00000", "changed");
        var more = database.Backup("/backup");
        Assert.That(more, Is.LessThan(all));
        LsmDatabase.Restore("/backup", "/restored", Options());
        using var restored = LsmDatabase.Open("/restored", Options());
        Assert.That(restored.GetString("key00000"), Is.EqualTo("changed"));
        Assert.That(restored.GetString("key01999"), Is.EqualTo("first1999"));
    }

    [Test]
    public void Ingest_SortedFile_OverridesOlderValues()
    {
        using var database = Open();
        Fill(database, 100, "old");
        LsmDatabase.WriteTable(
            "/db/incoming",
            Enumerable.Range(50, 100).Select(i => new KeyValuePair<byte[], byte[]>(Utf8($"key{i:D5}"), Utf8($"in{i}"))),
            fileSystem: _system);
        database.Ingest("/db/incoming");
        Assert.That(database.GetString("key00049"), Is.EqualTo("old49"));
        Assert.That(database.GetString("key00050"), Is.EqualTo("in50"));
        Assert.That(database.GetString("key00149"), Is.EqualTo("in149"));
    }

    [Test]
    public void Families_AreApart_AndSurviveReopen()
    {
        using (var database = Open())
        {
            var family = database.CreateColumnFamily("other");
            var batch = new WriteBatch();
            batch.Put("k"u8, "default"u8);
            batch.Put(family, "k"u8, "other"u8);
            database.Write(batch);
        }

        using (var database = Open())
        {
            var family = database.GetColumnFamily("other")!;
            Assert.That(database.GetString("k"), Is.EqualTo("default"));
            Assert.That(database.Get(family, "k"u8), Is.EqualTo("other"u8.ToArray()));
            database.DropColumnFamily(family);
            Assert.That(() => database.Get(family, "k"u8), Throws.ArgumentException);
        }

        using var reopened = Open();
        Assert.That(reopened.GetColumnFamily("other"), Is.Null);
        Assert.That(reopened.GetString("k"), Is.EqualTo("default"));
    }

    [Test]
    public void Put_WithTimeToLive_ExpiresByTheClock()
    {
        var clock = new ManualClock();
        var options = Options();
        options.TimeProvider = clock;
        using var database = LsmDatabase.Open("/db", options);
        database.Put("a", "1", new WriteOptions(TimeToLive: TimeSpan.FromMinutes(1)));
        Assert.That(database.GetString("a"), Is.EqualTo("1"));
        clock.Advance(TimeSpan.FromMinutes(2));
        Assert.That(database.GetString("a"), Is.Null);
        Assert.That(database.Scan(""u8), Is.Empty);
        database.CompactRange();
        Assert.That(database.GetStatistics().TableEntries, Is.Zero);
    }

    [Test]
    public void Repair_AfterDamageToATable_SavesTheRest()
    {
        using (var database = Open())
        {
            Fill(database, 1000, "value");
            database.CompactRange();
        }

        var table = _system.Files.Where(f => f.Key.EndsWith(".sst", StringComparison.Ordinal)).MaxBy(f => f.Value).Key;
        _system.Damage(table, b =>
        {
            b[100] ^= 1;
            return b;
        });
        var report = LsmDatabase.Repair("/db", Options());
        Assert.That(report.Losses, Is.Not.Empty);
        using var repaired = Open();
        Assert.That(repaired.Verify().IsSound, Is.True);
        // One block is gone, which holds about three hundred such entries.
        Assert.That(repaired.Scan("key"u8).Count(), Is.InRange(500, 999));
    }

    [Test]
    public void Repair_WithoutManifest_SavesEverything()
    {
        using (var database = Open())
            Fill(database, 1000, "value");
        foreach (var file in _system.Files.Keys.Where(f => f.Contains("MANIFEST") || f.EndsWith("CURRENT")).ToArray())
            _system.Delete(file);
        LsmDatabase.Repair("/db", Options());
        using var repaired = Open();
        Check(repaired, 1000, "value");
    }

    [Test]
    public void Steady_PutGetDeleteScan_AllocateNothing()
    {
        var options = Options();
        options.DefaultFamily.WriteBufferSize = 8 << 20;
        _system.MappedCapacity = 16 << 20;
        using var database = LsmDatabase.Open("/db", options);
        var key = Utf8("key");
        var value = new byte[100];
        var buffer = new byte[200];
        using var iterator = database.NewIterator();
        long Work(int rounds)
        {
            var before = GC.GetAllocatedBytesForCurrentThread();
            for (var i = 0; i < rounds; i++)
            {
                key[0] = (byte)i;
                database.Put(key, value);
                database.Get(key, buffer);
                iterator.Seek(key);
                if (iterator.Valid)
                    iterator.Next();
                database.Delete(key);
            }

            return GC.GetAllocatedBytesForCurrentThread() - before;
        }

        Work(300);
        // A lock makes its wait event (56 bytes) the first time a background thread holds it: once, not in every round.
        Assert.That(Enumerable.Range(0, 5).Min(_ => Work(300)), Is.Zero);
    }

    [Test]
    public void Limits_OfKeysAndStates_GiveClearErrors()
    {
        var database = Open();
        database.Put(""u8, "empty key"u8);
        Assert.That(database.Get(""u8), Is.EqualTo("empty key"u8.ToArray()));
        var longest = new byte[WriteBatch.MaxKeyLength];
        database.Put(longest, "x"u8);
        Assert.That(database.Get(longest), Is.EqualTo("x"u8.ToArray()));
        Assert.That(() => database.Put(new byte[WriteBatch.MaxKeyLength + 1], "x"u8), Throws.ArgumentException);
        var iterator = database.NewIterator();
        database.Dispose();
        database.Dispose();
        Assert.That(() => iterator.SeekToFirst(), Throws.TypeOf<ObjectDisposedException>());
        Assert.That(() => database.Put("a", "b"), Throws.TypeOf<ObjectDisposedException>());
        iterator.Dispose();
        Assert.That(
            () => LsmDatabase.Open("/none", new LsmOptions { FileSystem = _system, CreateIfMissing = false }),
            Throws.TypeOf<StorageException>().With.Property(nameof(StorageException.Kind)).EqualTo(StorageErrorKind.NotFound));
    }

    private static void Fill(LsmDatabase database, int count, string value)
    {
        for (var i = 0; i < count; i++)
            database.Put($"key{i:D5}", $"{value}{i}");
    }

    private static void Check(LsmDatabase database, int count, string value)
    {
        for (var i = 0; i < count; i++)
            Assert.That(database.GetString($"key{i:D5}"), Is.EqualTo($"{value}{i}"));
    }

    private static byte[] Utf8(string text) => Encoding.UTF8.GetBytes(text);

    private sealed class ManualClock : TimeProvider
    {
        private DateTimeOffset _now = new(2030, 1, 1, 0, 0, 0, TimeSpan.Zero);

        public void Advance(TimeSpan by) => _now += by;

        public override DateTimeOffset GetUtcNow() => _now;
    }
}
