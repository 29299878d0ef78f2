using Gabbro.Storage.BTree;
using Gabbro.Storage.Tests.Simulation;

namespace Gabbro.Storage.Tests.BTree;

/// <summary>The edges: empty, single, largest, missing, full disks, other files, damage.</summary>
public sealed class BTreeEdgeTests : BTreeTestBase
{
    [Test]
    public void EmptyDatabase_EveryRead_FindsNothing()
    {
        using var db = Open();
        using var read = db.BeginRead();
        var cursor = read.OpenCursor();
        Assert.That(cursor.SeekFirst() || cursor.SeekLast() || cursor.Seek(B("x")) || cursor.SeekBelow(B("x")), Is.False);
        Assert.That(read.Contains(B("x")), Is.False);
        Assert.That(db.Delete(B("x")), Is.False);
        Assert.Throws<InvalidOperationException>(() => _ = ReadKey(read));
    }

    [Test]
    public void SingleRecord_IsFirstAndLast()
    {
        using var db = Open();
        db.Put([], B("the empty key"));
        using var read = db.BeginRead();
        var cursor = read.OpenCursor();
        Assert.That(cursor.SeekFirst() && cursor.Key.IsEmpty && !cursor.Next());
        Assert.That(cursor.SeekLast() && cursor.Value.SequenceEqual(B("the empty key")) && !cursor.Previous());
    }

    [TestCase(512, 96)]
    [TestCase(4096, 992)]
    [TestCase(65536, 16352)]
    public void Put_KeyAtAndAboveTheLimit_IsStoredAndRefused(int pageSize, int limit)
    {
        using var db = Open(o => o with { PageSize = pageSize });
        Assert.That(db.MaximumKeyLength, Is.EqualTo(limit));
        var key = new byte[limit];
        for (var i = 0; i < 50; i++)
        {
            key[^1] = (byte)i;
            db.Put(key, new byte[i * 50]);
        }

        key = new byte[255 <= limit ? 255 : limit];
        db.Put(key, B("v"));
        Assert.That(S(db.Get(key)), Is.EqualTo("v"));
        Assert.Throws<ArgumentException>(() => db.Put(new byte[limit + 1], B("v")));
        Assert.That(db.Get(new byte[limit + 1]), Is.Null);
        Assert.That(db.Check().Faults, Is.Empty);
    }

    [Test]
    public void Put_ExistingKey_ReplacesValuesOfEverySize()
    {
        using var db = Open();
        var random = new Random(3);
        foreach (var size in new[] { 10, 5000, 10, 0, 100_000, 900, 901, 3 })
        {
            var value = new byte[size];
            random.NextBytes(value);
            db.Put(B("key"), value);
            Assert.That(db.Get(B("key")), Is.EqualTo(value));
        }

        var report = db.Check();
        Assert.That((report.Faults, report.LostPages), Is.EqualTo((Array.Empty<string>(), 0L)));
    }

    [Test]
    public void Commit_DiskFull_FailsClearlyAndTheDatabaseGoesOn()
    {
        var system = new SimulatedFileSystem { MappedCapacity = 2 << 20 };
        system.CreateDirectory("/db");
        var options = new BTreeOptions
        {
            FileSystem = system,
            MapCapacity = 2 << 20,
            LogCapacity = 64 << 10,
            BackgroundCheckpoints = false,
            Durability = CommitDurability.Relaxed,
        };
        using (var db = BTreeDatabase.Open("/db/t.db", options))
        {
            for (var i = 0; i < 100; i++)
                db.Put(B($"a{i}"), B("1"));
            system.Faults = o => o.Kind == FileOperationKind.Preallocate ? Fault.Fail(StorageErrorKind.NoSpace) : Fault.None;
            var error = Assert.Throws<StorageException>(() =>
            {
                using var write = db.BeginWrite();
                for (var i = 0; i < 100_000; i++)
                    write.Put(B($"b{i}"), new byte[200]);
                write.Commit();
            });
            Assert.That(error!.Kind, Is.EqualTo(StorageErrorKind.NoSpace));
            Assert.That(S(db.Get(B("a7"))), Is.EqualTo("1"));
            Assert.That(db.Contains(B("b0")), Is.False);
            // Deleting and small changes still work while the disk is full.
            db.Delete(B("a8"));
            system.Faults = null;
            db.Put(B("after"), new byte[50_000]);
            var report = db.Check();
            Assert.That((report.Faults, report.LostPages), Is.EqualTo((Array.Empty<string>(), 0L)));
        }

        using (var db = BTreeDatabase.Open("/db/t.db", options))
            Assert.That(db.GetStatistics().Records, Is.EqualTo(100));
    }

    [Test]
    public void Flush_SyncFails_PoisonsUntilReopened()
    {
        var system = new SimulatedFileSystem { MappedCapacity = 2 << 20 };
        system.CreateDirectory("/db");
        var options = new BTreeOptions { FileSystem = system, MapCapacity = 2 << 20, LogCapacity = 64 << 10, BackgroundCheckpoints = false };
        using (var db = BTreeDatabase.Open("/db/t.db", options))
        {
            db.Put(B("a"), B("1"));
            system.Faults = o => o.Kind == FileOperationKind.Sync ? Fault.Fail(StorageErrorKind.Io) : Fault.None;
            Assert.Throws<StorageException>(() => db.Put(B("b"), B("1")));
            system.Faults = null;
            var error = Assert.Throws<StorageException>(() => db.Put(B("c"), B("1")));
            Assert.That(error!.Kind, Is.EqualTo(StorageErrorKind.Poisoned));
            Assert.That(S(db.Get(B("a"))), Is.EqualTo("1"));
        }

        using (var db = BTreeDatabase.Open("/db/t.db", options))
        {
            Assert.That(S(db.Get(B("a"))), Is.EqualTo("1"));
            db.Put(B("c"), B("1"));
        }
    }

    [Test]
    public void Open_OtherFiles_GivesClearErrorsAndChangesNothing()
    {
        AssertRefused([], "empty");
        AssertRefused("SQLite format 3\0 and more of the same kind of thing"u8.ToArray(), "not a Gabbro database");
        AssertRefused(new byte[100_000], "not a Gabbro database");
        var garbage = new byte[50_000];
        new Random(5).NextBytes(garbage);
        AssertRefused(garbage, "not a Gabbro database");

        using (Open())
        {
        }

        var newer = File.ReadAllBytes(Path);
        newer[8] = newer[4096 + 8] = 2;
        AssertRefused(newer, "newer");
    }

    [Test]
    public void Open_MissingFileOrReadOnlyUse_IsRefusedClearly()
    {
        var missing = Assert.Throws<StorageException>(() => Open(o => o with { CreateIfMissing = false }));
        Assert.That(missing!.Kind, Is.EqualTo(StorageErrorKind.NotFound));
        Assert.That(File.Exists(Path + "-lock"), Is.False);
        using (var db = Open())
            db.Put(B("a"), B("1"));
        using var reader = Open(o => o with { ReadOnly = true });
        Assert.That(S(reader.Get(B("a"))), Is.EqualTo("1"));
        Assert.That(Assert.Throws<StorageException>(() => reader.Put(B("a"), B("2")))!.Kind, Is.EqualTo(StorageErrorKind.ReadOnly));
    }

    [Test]
    public void Open_Twice_SharesAndExcludes()
    {
        using var first = Open();
        using (var second = Open())
        {
            first.Put(B("a"), B("1"));
            Assert.That(S(second.Get(B("a"))), Is.EqualTo("1"));
            second.Put(B("a"), B("2"));
            Assert.That(S(first.Get(B("a"))), Is.EqualTo("2"));
            first.Vacuum();
            Assert.That(S(second.Get(B("a"))), Is.EqualTo("2"));
            second.Put(B("b"), new byte[50_000]);
            Assert.That(first.Get(B("b"))!.Length, Is.EqualTo(50_000));
        }

        Assert.That(
            Assert.Throws<StorageException>(() => Open(o => o with { Exclusive = true, LockTimeout = TimeSpan.Zero }))!.Kind,
            Is.EqualTo(StorageErrorKind.Busy));
    }

    [Test]
    public void BeginWrite_TwiceOnOneThread_IsADeadlockNotAWait()
    {
        using var db = Open();
        using var write = db.BeginWrite();
        Assert.That(Assert.Throws<StorageException>(() => db.BeginWrite())!.Kind, Is.EqualTo(StorageErrorKind.Deadlock));
        using var other = Open();
        Assert.That(
            Assert.Throws<StorageException>(() => other.BeginWrite(TimeSpan.FromMilliseconds(30)))!.Kind,
            Is.EqualTo(StorageErrorKind.Busy));
    }

    [Test]
    public void BitFlip_Anywhere_IsDetectedAndNeverAWrongValue()
    {
        var seed = TestSeed.Next();
        var random = new Random(seed);
        using (var db = Open())
        {
            using var write = db.BeginWrite();
            for (var i = 0; i < 2000; i++)
                write.Put(B($"key{i:d5}"), B($"value{i}"));
            write.Put(B("large"), new byte[20_000]);
            write.Commit();
        }

        var original = File.ReadAllBytes(Path);
        for (var round = 0; round < 150 * Effort; round++)
        {
            var damaged = (byte[])original.Clone();
            damaged[random.Next(damaged.Length)] ^= (byte)(1 << random.Next(8));
            if (round % 5 == 0)
                damaged = damaged[..random.Next(damaged.Length)];
            File.WriteAllBytes(Path, damaged);
            try
            {
                using var db = Open(o => o with { CreateIfMissing = false });
                using var read = db.BeginRead();
                for (var i = 0; i < 2000; i++)
                    Assert.That(S(read.Get(B($"key{i:d5}"))), Is.EqualTo($"value{i}"), $"round {round}");
                Assert.That(read.Get(B("large")), Is.EqualTo(new byte[20_000]));
            }
            catch (StorageException)
            {
                // Detected; what the test forbids is a value that was never written.
            }

            File.Delete(Path + "-wal");
        }
    }

    [Test]
    public void BitFlip_InTheLogOfAKilledProcess_IsNotARollback()
    {
        var seed = TestSeed.Next();
        var random = new Random(seed);
        var system = new SimulatedFileSystem { MappedCapacity = 2 << 20 };
        system.CreateDirectory("/db");
        var options = new BTreeOptions
        {
            FileSystem = system,
            MapCapacity = 2 << 20,
            LogCapacity = 64 << 10,
            BackgroundCheckpoints = false,
            Durability = CommitDurability.Relaxed,
        };
        var db = BTreeDatabase.Open("/db/t.db", options);
        for (var i = 0; i < 100; i++)
            db.Put(B($"key{i}"), B($"value{i}"));
        var end = 4096 + (int)db.Connection.LogInUse;
        for (var round = 0; round < 60 * Effort; round++)
        {
            var killed = system.Fork();
            var at = random.Next(4096, end);
            killed.Damage("/db/t.db-wal", bytes =>
            {
                bytes[at] ^= (byte)(1 << random.Next(8));
                return bytes;
            });
            Assert.Throws<CorruptionException>(
                () => BTreeDatabase.Open("/db/t.db", options with { FileSystem = killed }).Dispose(), $"seed {seed}, offset {at}");
            using var salvaged = BTreeDatabase.Open("/db/t.db", options with { FileSystem = killed, TruncateDamagedLog = true });
            Assert.That(salvaged.Check().Faults, Is.Empty);
        }

        db.Dispose();
    }

    [Test]
    public void Operations_AfterWarmUp_AllocateNothing()
    {
        using var db = Open();
        var key = new byte[16];
        var value = new byte[100];
        for (var i = 0; i < 3000; i++)
            Work(db, key, value, i);
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 3000; i++)
            Work(db, key, value, i);
        Assert.That(GC.GetAllocatedBytesForCurrentThread() - before, Is.Zero);
    }

    [Test]
    public void Lookup_InAMillionRecordsDeletedToATenth_CostsAsManyPagesAsTheTreeIsDeep()
    {
        var count = Effort > 1 ? 1_000_000 : 100_000;
        using var db = Open();
        var key = new byte[8];
        using (var write = db.BeginWrite())
        {
            for (var i = 0; i < count; i++)
            {
                System.Buffers.Binary.BinaryPrimitives.WriteInt64BigEndian(key, i * 7919L % count);
                write.Put(key, key);
            }

            write.Commit();
        }

        using (var write = db.BeginWrite())
        {
            for (var i = 0; i < count; i++)
            {
                System.Buffers.Binary.BinaryPrimitives.WriteInt64BigEndian(key, i);
                if (i % 10 != 0)
                    write.Delete(key);
            }

            write.Commit();
        }

        db.Vacuum();
        var statistics = db.GetStatistics();
        Assert.That(statistics.Records, Is.EqualTo(count / 10));
        Assert.That(new FileInfo(Path).Length, Is.LessThan((statistics.DataBytes + (statistics.Records * 12)) * 1.3));
        var pages = db.Connection.File.Pages;
        pages.CountLookups = true;
        var before = pages.Lookups;
        using (var read = db.BeginRead())
        {
            for (var i = 0; i < 1000; i++)
            {
                System.Buffers.Binary.BinaryPrimitives.WriteInt64BigEndian(key, i * 10);
                Assert.That(read.Contains(key));
            }
        }

        Assert.That(pages.Lookups - before, Is.EqualTo(1000 * statistics.Depth));
    }

    private static void Work(BTreeDatabase db, byte[] key, byte[] value, int i)
    {
        BitConverter.TryWriteBytes(key, i % 500);
        db.Put(key, value);
        db.TryGet(key, value, out _);
        using var read = db.BeginRead();
        var cursor = read.OpenCursor();
        cursor.Seek(key);
        cursor.Next();
    }

    private static byte[] ReadKey(ReadTransaction read) => read.OpenCursor().Key.ToArray();

    private void AssertRefused(byte[] content, string reason)
    {
        File.WriteAllBytes(Path, content);
        var error = Assert.Throws<StorageException>(() => Open());
        Assert.That(error!.Message, Does.Contain(reason));
        Assert.That(File.ReadAllBytes(Path), Is.EqualTo(content));
        File.Delete(Path);
    }
}
