using Gabbro.Platform;
using Gabbro.Platform.Files;
using Gabbro.Reactor.Files;

namespace Gabbro.Reactor.Tests.Files;

[TestFixtureSource(nameof(Worlds))]
public sealed class FileWatcherTests(string backend, bool portable)
{
    private LoopWorld _world = null!;
    private string _directory = null!;

    private EventLoop Loop => _world.Loop;

    private bool IsQueue => !portable && backend != "Simulated" && FileChangeQueue.IsSupported;

    public static IEnumerable<object[]> Worlds =>
        [.. LoopWorld.RealBackends.Select(kind => (object[])[kind.ToString(), false]), [LoopWorld.RealBackends.First().ToString(), true], ["Simulated", true]];

    [SetUp]
    public void Create()
    {
        _world = LoopWorld.Create(backend);
        _directory = Directory.CreateTempSubdirectory("gabbro-").FullName;
    }

    [TearDown]
    public void End()
    {
        _world.Dispose();
        Directory.Delete(_directory, recursive: true);
    }

    private string this[string name] => Path.Combine(_directory, name);

    private static async Task<FileEvent> UntilAsync(FileWatcher watcher, FileChangeKinds kind, string name)
    {
        while (true)
        {
            FileEvent change = await watcher.ReadAsync();
            if ((change.Kinds & kind) != 0 && change.Name == name)
                return change;
        }
    }

    [Test]
    public void ReadAsync_CreateRenameDelete_AreTold() => _world.Run(async () =>
    {
        using FileWatcher watcher = new(Loop, portable);
        int watch = watcher.Add(_directory);
        ValueTask<FileEvent> pending = watcher.ReadAsync();
        File.WriteAllText(this["a"], "1");
        FileEvent created = await pending;
        Assert.That((created.Watch, created.Kinds, created.Name), Is.EqualTo((watch, FileChangeKinds.Created, "a")));
        Assert.That(Loop.IsOnLoopThread, Is.True);
        File.Move(this["a"], this["b"]);
        FileEvent from = await UntilAsync(watcher, FileChangeKinds.MovedFrom, "a");
        FileEvent to = await UntilAsync(watcher, FileChangeKinds.MovedTo, "b");
        Assert.That(from.Cookie, Is.Not.Zero.And.EqualTo(to.Cookie));
        File.Delete(this["b"]);
        await UntilAsync(watcher, FileChangeKinds.Deleted, "b");
        Assert.That(watcher.Remove(watch), Is.True);
        await UntilAsync(watcher, FileChangeKinds.WatchEnded, "");
        Assert.That(watcher.Remove(watch), Is.False);
    });

    [Test]
    public void ReadAsync_WrittenFile_IsTold() => _world.Run(async () =>
    {
        File.WriteAllText(this["file"], "1");
        using FileWatcher watcher = new(Loop, portable);
        watcher.Add(this["file"]);
        File.WriteAllText(this["file"], "longer");
        await UntilAsync(watcher, FileChangeKinds.Modified, "");
        if (IsQueue)
            await UntilAsync(watcher, FileChangeKinds.ClosedWritten, "");
        File.Delete(this["file"]);
        await UntilAsync(watcher, FileChangeKinds.DeletedItself, "");
    });

    [Test]
    public void ReadAsync_ManyChanges_AllComeInOrder() => _world.Run(async () =>
    {
        using FileWatcher watcher = new(Loop, portable);
        watcher.Add(_directory, FileChangeKinds.Created);
        const int Count = 600;
        for (int i = 0; i < Count; i++)
            File.WriteAllText(this[$"a file whose name takes some room in a record {i}"], "");
        for (int i = 0; i < Count; i++)
        {
            FileEvent change = await watcher.ReadAsync();
            Assert.That(change.Name, Is.EqualTo($"a file whose name takes some room in a record {i}"));
        }
    });

    [Test]
    public void ReadAsync_CanceledThenDisposed_Ends() => _world.Run(async () =>
    {
        FileWatcher watcher = new(Loop, portable);
        watcher.Add(_directory);
        using CancellationTokenSource cancel = new();
        Task<FileEvent> read = watcher.ReadAsync(cancel.Token).AsTask();
        await Assert.ThatAsync(async () => await watcher.ReadAsync(), Throws.InvalidOperationException);
        await cancel.CancelAsync();
        await Assert.ThatAsync(async () => await read, Throws.InstanceOf<OperationCanceledException>());
        File.WriteAllText(this["kept"], "");
        Assert.That((await watcher.ReadAsync()).Name, Is.EqualTo("kept"), "a canceled read loses nothing");

        watcher.Remove(1);
        while ((await watcher.ReadAsync()).Kinds != FileChangeKinds.WatchEnded)
        {
        }

        read = watcher.ReadAsync().AsTask();
        Loop.Post(watcher.Dispose);
        await Assert.ThatAsync(async () => await read, Throws.TypeOf<ObjectDisposedException>());
        Assert.That(() => watcher.Add(_directory), Throws.TypeOf<ObjectDisposedException>());
        watcher.Dispose();
        Assert.That(Loop.Statistics.OpenDevices, Is.Zero);
    });

    [Test]
    public void Add_Missing_Throws() => _world.Run(async () =>
    {
        using FileWatcher watcher = new(Loop, portable);
        Assert.That(() => watcher.Add(this["none"]), IsQueue ? Throws.TypeOf<PlatformException>() : Throws.TypeOf<FileNotFoundException>());
        Assert.That(() => watcher.Add(""), Throws.ArgumentException);
        await Loop.Yield();
    });
}
