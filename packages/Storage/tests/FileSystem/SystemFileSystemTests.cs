using Gabbro.Storage.FileSystem;
using Gabbro.Storage.Lsm;

namespace Gabbro.Storage.Tests.FileSystem;

public sealed class SystemFileSystemTests
{
    private string _directory = "";

    [SetUp]
    public void CreateDirectory() => _directory = Directory.CreateTempSubdirectory("gabbro-storage-").FullName;

    [TearDown]
    public void DeleteDirectory() => Directory.Delete(_directory, recursive: true);

    [Test]
    public void CreateDirectory_Nested_Exists()
    {
        var path = Path.Combine(_directory, "a", "b", "c");
        SystemFileSystem.Instance.CreateDirectory(path);
        Assert.That(SystemFileSystem.Instance.DirectoryExists(path));
        SystemFileSystem.Instance.SyncDirectory(path);
    }

    [Test]
    public unsafe void Map_StoreThenRead_SeesTheSameBytes()
    {
        using var file = SystemFileSystem.Instance.Open(Path.Combine(_directory, "f"), StorageFileMode.CreateNew);
        file.Preallocate(8192);
        using var map = file.Map(4096, 4096, writable: true);
        map.Address[5] = 42;
        var buffer = new byte[1];
        Assert.That(file.Read(4101, buffer), Is.EqualTo(1));
        Assert.That(buffer[0], Is.EqualTo(42));
        file.SyncData();
        Assert.That(file.Length, Is.EqualTo(8192));
    }

    [Test]
    public void Open_Missing_SaysNotFound() => Assert.That(
        () => SystemFileSystem.Instance.Open(Path.Combine(_directory, "none"), StorageFileMode.Read),
        Throws.TypeOf<StorageException>().With.Property(nameof(StorageException.Kind)).EqualTo(StorageErrorKind.NotFound));

    [Test]
    public void Names_LinkRenameDeleteList_DoWhatTheySay()
    {
        var system = SystemFileSystem.Instance;
        var a = Path.Combine(_directory, "a");
        var b = Path.Combine(_directory, "b");
        var c = Path.Combine(_directory, "c");
        system.Open(a, StorageFileMode.CreateNew).Dispose();
        system.CreateHardLink(a, b);
        system.Rename(b, c);
        Assert.That(system.List(_directory), Is.EquivalentTo(new[] { "a", "c" }));
        system.Delete(a);
        Assert.That(system.FileExists(a), Is.False);
        Assert.That(system.FileExists(c), Is.True);
    }

    [Test]
    public void TryLock_TwoOpens_Exclude()
    {
        var path = Path.Combine(_directory, "f");
        using var first = SystemFileSystem.Instance.Open(path, StorageFileMode.OpenOrCreate);
        using var second = SystemFileSystem.Instance.Open(path, StorageFileMode.OpenOrCreate);
        Assert.That(first.TryLock(100, 1, exclusive: true), Is.True);
        Assert.That(second.TryLock(100, 1, exclusive: false), Is.False);
        Assert.That(second.IsLockedElsewhere(100, 1, exclusive: false), Is.True);
        first.Unlock(100, 1);
        Assert.That(second.TryLock(100, 1, exclusive: true), Is.True);
    }

    [Test]
    public void LsmDatabase_OnDisk_ReopensAndRefusesASecondOpen()
    {
        var path = Path.Combine(_directory, "db");
        using (var database = LsmDatabase.Open(path))
        {
            database.Put("a", "1", WriteOptions.Synced);
            Assert.That(
                () => LsmDatabase.Open(path),
                Throws.TypeOf<StorageException>()
                    .With.Property(nameof(StorageException.Kind)).EqualTo(StorageErrorKind.Busy)
                    .And.Message.Contains(Environment.ProcessId.ToString()));
        }

        using var reopened = LsmDatabase.OpenReadOnly(path);
        Assert.That(reopened.GetString("a"), Is.EqualTo("1"));
    }
}
