using System.Text;
using Gabbro.Platform.Files;
using Gabbro.Platform.Native;
using Gabbro.Platform.Polling;

namespace Gabbro.Platform.Tests.Files;

/// <summary>What a system tells of a directory. Systems merge and order changes in their own ways, so the tests wait until they
/// have been told what must come, and then look at all that came.</summary>
public sealed class ChangeWatcherTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    private readonly List<(int Watch, ChangeKinds Kinds, string Name, uint Cookie)> _told = [];

    [Test]
    public void Names_CreatedModifiedDeleted_AreTold()
    {
        using TemporaryDirectory folder = new();
        using ChangeWatcher watcher = ChangeWatcher.Create();
        int watch = watcher.Add(folder.Path);
        Assert.That(ReadAll(watcher), Is.Zero, "nothing has happened yet");
        folder.Create("new file", "text").Dispose();
        Expect(watcher, watch, ChangeKinds.Created, "new file");
        Expect(watcher, watch, ChangeKinds.Modified, "new file");
        folder.Handle.TryUnlink("new file"u8).ThrowIfError("unlink");
        Expect(watcher, watch, ChangeKinds.Deleted, "new file");
        Assert.That(_told.Any(told => (told.Kinds & ChangeKinds.Overflow) != 0), Is.False);
    }

    [Test]
    public void Rename_WithinTheDirectory_BothHalvesBearOneCookie()
    {
        using TemporaryDirectory folder = new();
        folder.Create("before").Dispose();
        using ChangeWatcher watcher = ChangeWatcher.Create();
        int watch = watcher.Add(folder.Path, ChangeKinds.RenamedFrom | ChangeKinds.RenamedTo);
        folder.Handle.TryRename("before"u8, "after"u8).ThrowIfError("rename");
        Expect(watcher, watch, ChangeKinds.RenamedFrom, "before");
        Expect(watcher, watch, ChangeKinds.RenamedTo, "after");
        Assert.That(_told, Has.Count.EqualTo(2));
        Assert.That(_told[0].Cookie, Is.Not.Zero.And.EqualTo(_told[1].Cookie));
    }

    [Test]
    public void Kinds_NotAskedFor_AreNotTold()
    {
        using TemporaryDirectory folder = new();
        using ChangeWatcher watcher = ChangeWatcher.Create();
        int watch = watcher.Add(folder.Path, ChangeKinds.Deleted);
        folder.Create("short-lived", "text").Dispose();
        folder.Handle.TryUnlink("short-lived"u8).ThrowIfError("unlink");
        Expect(watcher, watch, ChangeKinds.Deleted, "short-lived");
        Assert.That(_told.Select(told => told.Kinds), Is.All.EqualTo(ChangeKinds.Deleted));
    }

    [Test]
    public void Directories_Several_AreToldApart()
    {
        using TemporaryDirectory folder = new();
        folder.Handle.TryCreateDirectory("a"u8).ThrowIfError("mkdir");
        folder.Handle.TryCreateDirectory("b"u8).ThrowIfError("mkdir");
        using ChangeWatcher watcher = ChangeWatcher.Create();
        int a = watcher.Add(folder["a"]), b = watcher.Add(folder["b"]);
        Assert.That(a, Is.Not.EqualTo(b));
        for (int i = 0; i < 20; i++)
        {
            folder.Create(Path.Combine(i % 2 == 0 ? "a" : "b", $"f{i}")).Dispose();
            Expect(watcher, i % 2 == 0 ? a : b, ChangeKinds.Created, $"f{i}");
        }
        Assert.That(watcher.Remove(a).IsError, Is.False);
        Assert.That(watcher.Remove(a).Kind, Is.EqualTo(ErrorKind.NotFound));
        _told.Clear();
        folder.Create(Path.Combine("a", "unseen")).Dispose();
        folder.Create(Path.Combine("b", "seen")).Dispose();
        Expect(watcher, b, ChangeKinds.Created, "seen");
        Assert.That(_told.Select(told => told.Name), Does.Not.Contain("unseen"));
    }

    [Test]
    public void Names_ThatAreNotText_ComeAsTheirBytes()
    {
        if (!Host.IsLinux) return; // names are text here
        using TemporaryDirectory folder = new();
        using ChangeWatcher watcher = ChangeWatcher.Create();
        watcher.Add(folder.Path, ChangeKinds.Created);
        byte[] name = [.. Enumerable.Range(1, 254).Select(i => (byte)(i == '/' ? 255 : i))];
        folder.Handle.OpenFile(name, FileOpenOptions.CreateNew).Dispose();
        Assert.That(watcher.Wait(Patience), Is.True);
        Assert.That(watcher.TryRead(out WatchedChange change), Is.True);
        Assert.That(change.Name.ToArray(), Is.EqualTo(name));
        Assert.That(change.IsDirectory, Is.False);
        // The base library, which removes the directory, cannot.
        folder.Handle.TryUnlink(name).ThrowIfError("unlink");
    }

    [Test]
    public void Changes_MoreThanTheSystemKeeps_EndInOverflow()
    {
        if (!Host.IsLinux) return; // only inotify has a limit that a test can reach in short time
        using TemporaryDirectory folder = new();
        using ChangeWatcher watcher = ChangeWatcher.Create();
        watcher.Add(folder.Path, ChangeKinds.Attributes);
        int limit = int.Parse(File.ReadAllText("/proc/sys/fs/inotify/max_queued_events"));
        if (limit > 100_000) return; // out of reach
        using FileHandle one = folder.Create("one"), other = folder.Create("other");
        // Two files by turns, since the kernel merges equal changes that follow each other.
        for (int i = 0; i <= limit / 2 + 2; i++)
        {
            one.SetPermissions(UnixFileMode.UserRead | (UnixFileMode)(i & 1));
            other.SetPermissions(UnixFileMode.UserRead | (UnixFileMode)(i & 1));
        }
        ReadAll(watcher);
        Assert.That(_told[^1].Kinds, Is.EqualTo(ChangeKinds.Overflow));
        Assert.That(_told[^1].Watch, Is.EqualTo(-1));
        Assert.That(_told, Has.Count.EqualTo(limit + 1));
    }

    [Test]
    public void WatchedObject_WhenItGoes_SaysSo()
    {
        using TemporaryDirectory folder = new();
        folder.Handle.TryCreateDirectory("d"u8).ThrowIfError("mkdir");
        using ChangeWatcher watcher = ChangeWatcher.Create();
        int watch = watcher.Add(folder["d"]);
        folder.Handle.TryRemoveDirectory("d"u8).ThrowIfError("rmdir");
        Expect(watcher, watch, ChangeKinds.Gone, "");
        watcher.Remove(watch);
    }

    [Test]
    public void Wait_ChangeByAnotherThread_Returns()
    {
        using TemporaryDirectory folder = new();
        using ChangeWatcher watcher = ChangeWatcher.Create();
        watcher.Add(folder.Path);
        ReadAll(watcher);
        Assert.That(watcher.Wait(TimeSpan.FromMilliseconds(1)), Is.False);
        int rounds = TestEffort.Scale(50);
        Thread other = new(() =>
        {
            for (int i = 0; i < rounds; i++) folder.Create($"f{i}").Dispose();
        });
        other.Start();
        for (int i = 0; i < rounds; i++) Expect(watcher, _told.Count == 0 ? 1 : _told[0].Watch, ChangeKinds.Created, $"f{i}");
        other.Join();
    }

    [Test]
    public void Handle_RegisteredWithPoller_IsReadableUntilRead()
    {
        if (Host.IsWindows) return; // events are not sockets
        using TemporaryDirectory folder = new();
        using ChangeWatcher watcher = ChangeWatcher.Create();
        watcher.Add(folder.Path);
        using ReadinessPoller poller = new();
        PollEvent[] events = new PollEvent[1];
        poller.Add(watcher, 3, PollInterest.Readable);
        Assert.That(poller.Wait(events, TimeSpan.Zero), Is.Zero);
        folder.Create("f").Dispose();
        Assert.That(poller.Wait(events, Patience), Is.EqualTo(1));
        ReadAll(watcher);
        Assert.That(poller.Wait(events, TimeSpan.Zero), Is.Zero);
    }

    [Test]
    public void Subtree_WhereTheSystemHasIt_TellsPaths()
    {
        using TemporaryDirectory folder = new();
        folder.Handle.TryCreateDirectory("d"u8).ThrowIfError("mkdir");
        using ChangeWatcher watcher = ChangeWatcher.Create();
        NativeError error = watcher.TryAdd(Encoding.UTF8.GetBytes(folder.Path), ChangeKinds.All, subtree: true, out int watch);
        if (!Host.IsWindows)
        {
            Assert.That((error.Kind, watch), Is.EqualTo((ErrorKind.NotSupported, -1)));
            return;
        }
        error.ThrowIfError("watch");
        folder.Create(Path.Combine("d", "deep")).Dispose();
        Expect(watcher, watch, ChangeKinds.Created, "d/deep");
    }

    [Test]
    public void BadInput_OfEveryKind_IsRefused()
    {
        using TemporaryDirectory folder = new();
        ChangeWatcher watcher = ChangeWatcher.Create();
        Assert.Throws<ArgumentException>(() => watcher.Add("a\0b"));
        Assert.Throws<ArgumentNullException>(() => watcher.Add(null!));
        Assert.Throws<ArgumentOutOfRangeException>(() => watcher.Add(folder.Path, ChangeKinds.None));
        Assert.Throws<ArgumentOutOfRangeException>(() => watcher.Add(folder.Path, (ChangeKinds)(1 << 30)));
        Assert.Throws<ArgumentOutOfRangeException>(() => watcher.Wait(TimeSpan.FromSeconds(-2)));
        Assert.That(watcher.TryAdd("not/there"u8, ChangeKinds.All, false, out int watch).Kind, Is.EqualTo(ErrorKind.NotFound));
        Assert.That(watch, Is.EqualTo(-1));
        Assert.That(watcher.TryAdd(Encoding.UTF8.GetBytes(new string('x', 70_000)), ChangeKinds.All, false, out _).Kind, Is.EqualTo(ErrorKind.NameTooLong));
        Assert.That(watcher.Remove(77).Kind, Is.EqualTo(ErrorKind.NotFound));
        int first = watcher.Add(folder.Path);
        if (Host.IsLinux)
            Assert.That(watcher.TryAdd(Encoding.UTF8.GetBytes(folder.Path), ChangeKinds.Created, false, out _).Kind, Is.EqualTo(ErrorKind.AlreadyExists));
        Assert.That(first, Is.GreaterThan(0));
        watcher.Dispose();
        watcher.Dispose();
        Assert.Throws<ObjectDisposedException>(() => watcher.Add(folder.Path));
        Assert.Throws<ObjectDisposedException>(() => watcher.TryRead(out _));
        Assert.Throws<ObjectDisposedException>(() => watcher.Wait(TimeSpan.Zero));
    }

    [Test]
    public void TryRead_AfterWarmUp_AllocatesNothing()
    {
        using TemporaryDirectory folder = new();
        using FileHandle file = folder.Create("f", "text");
        using ChangeWatcher watcher = ChangeWatcher.Create();
        watcher.Add(folder.Path);
        AllocationProbe.AssertNone(() =>
        {
            file.WriteAllAt("x"u8, 0);
            while (watcher.TryRead(out _))
            {
            }
        });
    }

    private int ReadAll(ChangeWatcher watcher)
    {
        int count = 0;
        while (watcher.TryRead(out WatchedChange change))
        {
            _told.Add((change.Watch, change.Kinds, change.GetName(), change.Cookie));
            count++;
        }
        return count;
    }

    private void Expect(ChangeWatcher watcher, int watch, ChangeKinds kind, string name)
    {
        while (!_told.Any(told => told.Watch == watch && (told.Kinds & kind) != 0 && told.Name == name))
        {
            if (!watcher.Wait(Patience))
                Assert.Fail($"Not told of {kind} '{name}', but of: {string.Join(", ", _told)}");
            ReadAll(watcher);
        }
    }

    [SetUp]
    public void Forget() => _told.Clear();
}
