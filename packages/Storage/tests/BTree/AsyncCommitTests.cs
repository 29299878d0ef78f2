using Gabbro.Storage.BTree;
using Gabbro.Storage.BTree.Shared;
using Gabbro.Storage.Tests.Simulation;

namespace Gabbro.Storage.Tests.BTree;

/// <summary>Commits that do not block for the disk.</summary>
public sealed class AsyncCommitTests
{
    private const string FilePath = "/db/t.db";

    [Test]
    public async Task CommitAsync_Awaited_SurvivesPowerFailure()
    {
        var system = Machine();
        var db = BTreeDatabase.Open(FilePath, Options(system));
        for (var i = 0; i < 20; i++)
            await Put(db, i);
        using var after = BTreeDatabase.Open(FilePath, Options(system.PowerFailure(new Random(1), PowerFailureMode.DropAll)));
        Assert.That(after.GetStatistics().Records, Is.EqualTo(20));
    }

    [Test]
    public async Task CommitAsync_ManyBeforeTheFirstIsAwaited_ShareSyncs()
    {
        var system = Machine();
        using var db = BTreeDatabase.Open(FilePath, Options(system));
        await Put(db, 0);
        var before = db.Connection.Counters.LogSyncs;
        // Whoever holds this word syncs for all; while the test holds it nobody does.
        var leader = new SharedMutex(db.Connection.Shared, db.Connection.Processes, SharedLayout.SyncWord, nextOffset: -1);
        Assert.That(leader.TryAcquire(out _));
        var tasks = new List<Task>();
        for (var i = 1; i <= 100; i++)
            tasks.Add(Put(db, i).AsTask());
        Assert.That(tasks.TrueForAll(t => !t.IsCompleted), "done before a sync");
        Assert.That(db.GetStatistics().Records, Is.EqualTo(1), "visible before a sync");
        leader.Release();
        await Task.WhenAll(tasks);
        // One round may have begun with the first few; the rest waits for the next.
        Assert.That(db.Connection.Counters.LogSyncs - before, Is.LessThanOrEqualTo(2));
        Assert.That(db.GetStatistics().Records, Is.EqualTo(101));
    }

    [Test]
    public void CommitAsync_SyncFails_EndsTheTaskAndPoisons()
    {
        var system = Machine();
        using var db = BTreeDatabase.Open(FilePath, Options(system));
        db.Put("a"u8, "1"u8);
        system.Faults = o => o.Kind == FileOperationKind.Sync ? Fault.Fail(StorageErrorKind.Io) : Fault.None;
        Assert.That(async () => await Put(db, 1), Throws.InstanceOf<StorageException>());
        system.Faults = null;
        Assert.That(() => db.Put("b"u8, "1"u8), Throws.InstanceOf<StorageException>().With.Property("Kind").EqualTo(StorageErrorKind.Poisoned));
    }

    [Test]
    public void CommitAsync_CancelledBefore_LeavesTheTransactionOpen()
    {
        var system = Machine();
        using var db = BTreeDatabase.Open(FilePath, Options(system));
        using (var write = db.BeginWrite())
        {
            write.Put("a"u8, "1"u8);
            Assert.Throws<OperationCanceledException>(() => write.CommitAsync(new CancellationToken(canceled: true)).AsTask());
            write.Commit();
            Assert.Throws<ObjectDisposedException>(() => write.CommitAsync().AsTask());
        }

        Assert.That(db.Contains("a"u8));
    }

    [Test]
    public async Task FlushAsync_AfterRelaxedCommits_MakesThemDurable()
    {
        var system = Machine();
        var db = BTreeDatabase.Open(FilePath, Options(system) with { Durability = CommitDurability.Relaxed });
        for (var i = 0; i < 50; i++)
            db.Put(BitConverter.GetBytes(i), "v"u8);
        await db.FlushAsync();
        using var after = BTreeDatabase.Open(FilePath, Options(system.PowerFailure(new Random(1), PowerFailureMode.DropAll)));
        Assert.That(after.GetStatistics().Records, Is.EqualTo(50));
    }

    [Test]
    public void Dispose_WithCommitsUnderWay_CompletesThem()
    {
        var system = Machine();
        var db = BTreeDatabase.Open(FilePath, Options(system));
        var tasks = Enumerable.Range(0, 50).Select(i => Put(db, i).AsTask()).ToArray();
        db.Dispose();
        Task.WaitAll(tasks);
        using var again = BTreeDatabase.Open(FilePath, Options(system));
        Assert.That(again.GetStatistics().Records, Is.EqualTo(50));
    }

    private static ValueTask Put(BTreeDatabase db, int key)
    {
        using var write = db.BeginWrite();
        write.Put(BitConverter.GetBytes(key), "value"u8);
        return write.CommitAsync();
    }

    private static SimulatedFileSystem Machine()
    {
        var system = new SimulatedFileSystem { MappedCapacity = 2 << 20 };
        system.CreateDirectory("/db");
        return system;
    }

    private static BTreeOptions Options(SimulatedFileSystem system) =>
        new() { FileSystem = system, MapCapacity = 2 << 20, LogCapacity = 64 << 10, BackgroundCheckpoints = false };
}
