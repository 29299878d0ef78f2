using System.Text;
using Gabbro.Storage.Lsm;
using Gabbro.Storage.Tests.Simulation;

namespace Gabbro.Storage.Tests.Lsm;

/// <summary>Asynchronous writes: they complete when they are as durable as asked, and nobody's thread waits meanwhile.</summary>
public sealed class AsyncTests
{
    private SimulatedFileSystem _system = new();

    [SetUp]
    public void NewMachine() => _system = new SimulatedFileSystem();

    private LsmOptions Options() => new()
    {
        FileSystem = _system,
        BlockCacheSize = 1 << 20,
        DefaultFamily = { WriteBufferSize = 8 << 10, TargetFileSize = 16 << 10, LevelBaseSize = 64 << 10, MaxWriteBuffers = 2 },
    };

    [Test]
    public void PutAsync_WithoutSync_HasCompletedWhenItReturns()
    {
        using var database = LsmDatabase.Open("/db", Options());
        var write = database.PutAsync("a"u8, "1"u8);
        Assert.That(write.IsCompletedSuccessfully, Is.True);
        Assert.That(database.GetString("a"), Is.EqualTo("1"));
    }

    [Test]
    public void PutAsync_WhoseSyncFails_IsRefused_AndSoIsAllThatFollows()
    {
        using var database = LsmDatabase.Open("/db", Options());
        var hold = true;
        _system.Faults = o =>
        {
            if (Volatile.Read(ref hold) && o.Kind == FileOperationKind.Sync && o.Path.EndsWith(".log", StringComparison.Ordinal))
                throw new StorageException(StorageErrorKind.Io, "the disk is held");
            return Fault.None;
        };
        // The sync fails: the write is refused, later, and nothing is acknowledged any more.
        var first = database.PutAsync("a"u8, "1"u8, WriteOptions.Synced).AsTask();
        Assert.That(
            async () => await first,
            Throws.TypeOf<StorageException>().With.Property(nameof(StorageException.Kind)).EqualTo(StorageErrorKind.Poisoned));
        Volatile.Write(ref hold, false);
        Assert.That(
            async () => await database.PutAsync("b"u8, "1"u8, WriteOptions.Synced),
            Throws.TypeOf<StorageException>().With.Property(nameof(StorageException.Kind)).EqualTo(StorageErrorKind.Poisoned));
    }

    [Test]
    public async Task PutAsync_ManySynced_ShareSyncs_AndSurvivePowerFailure()
    {
        var database = LsmDatabase.Open("/db", Options());
        var writes = Enumerable.Range(0, 200).Select(i => database.PutAsync(Utf8($"key{i:D4}"), Utf8($"v{i}"), WriteOptions.Synced).AsTask()).ToArray();
        await Task.WhenAll(writes);
        Assert.That(database.GetString("key0199"), Is.EqualTo("v199"));
        Assert.That(database.GetStatistics().LogSyncs, Is.LessThan(200));
        var next = _system.PowerFailure(new Random(1), PowerFailureMode.DropAll);
        _system = next;
        using var reopened = LsmDatabase.Open("/db", Options());
        for (var i = 0; i < 200; i++)
            Assert.That(reopened.GetString($"key{i:D4}"), Is.EqualTo($"v{i}"));
    }

    [Test]
    public async Task WriteAsync_WhenMemtablesAreFull_WaitsWithoutAThread_AndCompletesAfterTheFlush()
    {
        using var database = LsmDatabase.Open("/db", Options());
        // No table can be made before the disk has room again.
        var full = true;
        _system.Faults = o => Volatile.Read(ref full) && o.Path.EndsWith(".sst", StringComparison.Ordinal) ? Fault.Fail(StorageErrorKind.NoSpace) : Fault.None;
        var value = new byte[1000];
        ValueTask stalled = default;
        for (var i = 0; i < 1000 && stalled.IsCompletedSuccessfully; i++)
            stalled = database.PutAsync(Utf8($"key{i:D4}"), value);
        Assert.That(stalled.IsCompletedSuccessfully, Is.False);
        // It is told of the failed flush, and may try again.
        Assert.That(async () => await stalled, Throws.TypeOf<StorageException>().With.Property(nameof(StorageException.Kind)).EqualTo(StorageErrorKind.NoSpace));
        Volatile.Write(ref full, false);
        for (var i = 0; i < 100; i++)
            await database.PutAsync(Utf8($"key{i:D4}"), value);
        await database.FlushAsync();
        Assert.That(database.GetStatistics().MemtableEntries, Is.Zero);
    }

    [Test]
    public void WriteAsync_Cancelled_DoesNotTakeEffect()
    {
        using var database = LsmDatabase.Open("/db", Options());
        using var source = new CancellationTokenSource();
        source.Cancel();
        Assert.That(async () => await database.PutAsync("a"u8, "1"u8, default, source.Token), Throws.InstanceOf<OperationCanceledException>());
        Assert.That(database.GetString("a"), Is.Null);
    }

    [Test]
    public async Task DeleteAsync_SyncAsync_WriteAsync_DoAsTheirNamesSay()
    {
        var database = LsmDatabase.Open("/db", Options());
        var batch = new WriteBatch();
        batch.Put("a"u8, "1"u8);
        batch.Put("b"u8, "2"u8);
        await database.WriteAsync(batch, WriteOptions.Synced);
        await database.DeleteAsync("a"u8);
        await database.SyncAsync();
        _system = _system.PowerFailure(new Random(2), PowerFailureMode.DropAll);
        using var reopened = LsmDatabase.Open("/db", Options());
        Assert.That(reopened.GetString("a"), Is.Null);
        Assert.That(reopened.GetString("b"), Is.EqualTo("2"));
    }

    [Test]
    public async Task PutAsync_AfterDispose_ThrowsObjectDisposed()
    {
        var database = LsmDatabase.Open("/db", Options());
        await database.PutAsync("a"u8, "1"u8, WriteOptions.Synced);
        await database.DisposeAsync();
        Assert.That(async () => await database.PutAsync("a"u8, "1"u8), Throws.TypeOf<ObjectDisposedException>());
    }

    private static byte[] Utf8(string text) => Encoding.UTF8.GetBytes(text);
}
