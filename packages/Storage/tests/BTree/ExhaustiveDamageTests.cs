using Gabbro.Storage.BTree;
using Gabbro.Storage.FileSystem;
using Gabbro.Storage.Tests.Simulation;

namespace Gabbro.Storage.Tests.BTree;

/// <summary>
/// Every truncation and every single damaged byte of a small database, of its log after a kill, and of its lock file: a
/// clear error or the data as they were. At effort 1 every thirtieth place from a random one on; from 30 on every place.
/// </summary>
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed unsafe class ExhaustiveDamageTests
{
    private const string FilePath = "/db/t.db";
    private static readonly int Stride = Math.Max(1, (int)(30 / TestEffort.Factor));

    private readonly SortedDictionary<string, string> _expected = new(StringComparer.Ordinal);
    private int _refused;
    private int _unchanged;

    [Test]
    public void File_EveryTruncation_IsRefusedOrHarmless()
    {
        var closed = MakeClosed();
        ForEachPlace(closed, FilePath, (system, at) => system.Damage(FilePath, bytes => bytes[..at]));
        Assert.That(_refused, Is.GreaterThan(0));
    }

    [Test]
    public void File_EveryDamagedByte_IsRefusedOrHarmless()
    {
        var random = new Random(TestSeed.Next());
        var closed = MakeClosed();
        ForEachPlace(closed, FilePath, (system, at) => Flip(system, FilePath, at, random));
        // The second meta record and zeros between pages are not needed to read what is there.
        Assert.That(_refused, Is.GreaterThan(_unchanged / 2));
    }

    [Test]
    public void Log_EveryTruncation_IsRefusedOrHarmless()
    {
        var killed = MakeKilled(out var end);
        ForEachPlace(killed, FilePath + "-wal", (system, at) => system.Damage(FilePath + "-wal", bytes => bytes[..at]), end);
        Assert.That(_refused, Is.GreaterThan(0));
    }

    [Test]
    public void Log_EveryDamagedByte_IsRefusedOrHarmless()
    {
        var random = new Random(TestSeed.Next());
        var killed = MakeKilled(out var end);
        ForEachPlace(killed, FilePath + "-wal", (system, at) => Flip(system, FilePath + "-wal", at, random), end);
        Assert.That(_refused, Is.GreaterThan(0));
    }

    [Test]
    public void LockFile_AnyContent_IsHarmlessOnceNobodyIsConnected()
    {
        var random = new Random(TestSeed.Next());
        var killed = MakeKilled(out _);
        for (var round = 0; round < TestEffort.Times(20); round++)
        {
            var system = killed.Fork();
            system.Damage(FilePath + "-lock", bytes =>
            {
                random.NextBytes(bytes);
                return bytes[..random.Next(bytes.Length)];
            });
            Look(system, "lock file");
        }

        Assert.That(_refused, Is.Zero);
    }

    private static BTreeOptions Options(IStorageFileSystem system) => new()
    {
        FileSystem = system,
        PageSize = 512,
        MapCapacity = 1 << 20,
        LogCapacity = 64 << 10,
        BackgroundCheckpoints = false,
        Durability = CommitDurability.Relaxed,
    };

    private SimulatedFileSystem MakeClosed()
    {
        var system = new SimulatedFileSystem { MappedCapacity = 512 << 10 };
        system.CreateDirectory("/db");
        using (var db = BTreeDatabase.Open(FilePath, Options(system)))
            Fill(db);
        return system;
    }

    // As a kill leaves it: a checkpoint, and a log with what came after.
    private SimulatedFileSystem MakeKilled(out int logEnd)
    {
        var system = new SimulatedFileSystem { MappedCapacity = 512 << 10 };
        system.CreateDirectory("/db");
        using var db = BTreeDatabase.Open(FilePath, Options(system));
        db.Put("early"u8, "1"u8);
        db.Checkpoint();
        _expected["early"] = "1";
        Fill(db);
        logEnd = 4096 + (int)db.Connection.Shared.Version(db.Connection.Shared.Applied)->LogEnd;
        return system.Fork();
    }

    private void Fill(BTreeDatabase db)
    {
        for (var i = 0; i < 40; i++)
            Put(db, $"key{i:d3}", new string((char)('a' + (i % 26)), i % 9 == 0 ? 1100 : 20));
        using (var write = db.BeginWrite())
        {
            var tree = write.OpenTree("named");
            write.Put(tree, "inner"u8, "x"u8);
            write.Commit();
        }

        db.Delete("key010"u8);
        _expected.Remove("key010");
    }

    private void Put(BTreeDatabase db, string key, string value)
    {
        db.Put(System.Text.Encoding.ASCII.GetBytes(key), System.Text.Encoding.ASCII.GetBytes(value));
        _expected[key] = value;
    }

    private void ForEachPlace(SimulatedFileSystem original, string file, Action<SimulatedFileSystem, int> damage, int end = int.MaxValue)
    {
        var length = (int)Math.Min(original.Files[file], end);
        for (var at = Random.Shared.Next(Stride); at < length; at += Stride)
        {
            var system = original.Fork();
            damage(system, at);
            Look(system, $"{file} at {at}");
        }

        TestContext.Out.WriteLine($"{file}, {length} bytes: {_refused} refused, {_unchanged} unchanged");
    }

    private static void Flip(SimulatedFileSystem system, string file, int at, Random random) => system.Damage(file, bytes =>
    {
        bytes[at] ^= (byte)random.Next(1, 256);
        return bytes;
    });

    private void Look(SimulatedFileSystem system, string what)
    {
        try
        {
            using var db = BTreeDatabase.Open(FilePath, Options(system) with { CreateIfMissing = false });
            using var read = db.BeginRead();
            var found = new SortedDictionary<string, string>(StringComparer.Ordinal);
            var cursor = read.OpenCursor();
            for (var valid = cursor.SeekFirst(); valid; valid = cursor.Next())
                found[System.Text.Encoding.ASCII.GetString(cursor.Key)] = System.Text.Encoding.ASCII.GetString(cursor.Value);
            Assert.That(found, Is.EqualTo(_expected), what);
            Assert.That(read.TryOpenTree("named", out var tree) && read.TryGet(tree, "inner"u8, out var inner) && inner.SequenceEqual("x"u8), what);
            _unchanged++;
        }
        catch (StorageException e)
        {
            Assert.That(e.Message, Does.Contain(FilePath), what);
            _refused++;
        }
    }
}
