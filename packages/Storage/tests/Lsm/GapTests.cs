using Gabbro.Storage.Lsm;
using Gabbro.Storage.Tests.Simulation;

namespace Gabbro.Storage.Tests.Lsm;

/// <summary>Stretches of dead keys that iterators remember: what comes alive in one is seen, whatever was remembered before.</summary>
public sealed class GapTests
{
    private const int Count = 600;

    private static LsmDatabase OpenWithDeadStretch()
    {
        var database = LsmDatabase.Open("/db", new LsmOptions
        {
            FileSystem = new SimulatedFileSystem(),
            BlockCacheSize = 1 << 20,
            DefaultFamily = { WriteBufferSize = 64 << 10 },
        });
        for (var i = 0; i < Count; i++)
            database.Put($"key{i:D5}", "v");
        for (var i = 100; i < Count - 100; i++)
            database.Delete($"key{i:D5}");
        // The first walk learns the stretch.
        Assert.That(Keys(database), Has.Count.EqualTo(200));
        Assert.That(Keys(database), Has.Count.EqualTo(200));
        return database;
    }

    [Test]
    public void Scan_AfterAPutIntoADeadStretch_SeesIt()
    {
        using var database = OpenWithDeadStretch();
        database.Put("key00300", "alive");
        Assert.That(Keys(database), Has.Count.EqualTo(201));
        Assert.That(SeekTo(database, "key00150"u8), Is.EqualTo("key00300"));
    }

    [Test]
    public void Scan_OfASnapshotBeforeTheDeletes_SeesAll()
    {
        using var database = LsmDatabase.Open("/db", new LsmOptions { FileSystem = new SimulatedFileSystem(), BlockCacheSize = 1 << 20 });
        for (var i = 0; i < Count; i++)
            database.Put($"key{i:D5}", "v");
        using var snapshot = database.CreateSnapshot();
        for (var i = 100; i < Count - 100; i++)
            database.Delete($"key{i:D5}");
        Assert.That(Keys(database), Has.Count.EqualTo(200));
        Assert.That(Keys(database), Has.Count.EqualTo(200));
        Assert.That(database.Scan(new ReadOptions { Snapshot = snapshot }).Count(), Is.EqualTo(Count));
    }

    [Test]
    public void Ingest_IntoADeadStretch_IsSeen()
    {
        var system = new SimulatedFileSystem();
        using var database = LsmDatabase.Open("/db", new LsmOptions { FileSystem = system, BlockCacheSize = 1 << 20 });
        for (var i = 0; i < Count; i++)
            database.Put($"key{i:D5}", "v");
        for (var i = 100; i < Count - 100; i++)
            database.Delete($"key{i:D5}");
        Assert.That(Keys(database), Has.Count.EqualTo(200));
        LsmDatabase.WriteTable("/db/in", [new("key00200"u8.ToArray(), "x"u8.ToArray()), new("key00300"u8.ToArray(), "x"u8.ToArray())], fileSystem: system);
        database.Ingest("/db/in");
        Assert.That(Keys(database), Has.Count.EqualTo(202));
    }

    private static List<string> Keys(LsmDatabase database) => database.Scan("key"u8).Select(e => System.Text.Encoding.UTF8.GetString(e.Key)).ToList();

    private static string? SeekTo(LsmDatabase database, ReadOnlySpan<byte> key)
    {
        using var iterator = database.NewIterator();
        return iterator.Seek(key) ? System.Text.Encoding.UTF8.GetString(iterator.Key) : null;
    }
}
