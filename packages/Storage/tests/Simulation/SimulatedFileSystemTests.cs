using Gabbro.Storage.FileSystem;

namespace Gabbro.Storage.Tests.Simulation;

/// <summary>The instrument itself: a simulator that forgives would pass every engine.</summary>
public sealed class SimulatedFileSystemTests
{
    private static SimulatedFileSystem NewSystem()
    {
        var system = new SimulatedFileSystem();
        system.CreateDirectory("/d");
        return system;
    }

    [Test]
    public void PowerFailure_DropAll_LosesUnsyncedBytesAndNames()
    {
        var system = NewSystem();
        using (var file = system.Open("/d/a", StorageFileMode.CreateNew))
        {
            file.Write(0, "old"u8);
            file.SyncData();
            system.SyncDirectory("/d");
            file.Write(0, "new"u8);
        }

        system.Open("/d/b", StorageFileMode.CreateNew).Dispose();
        var next = system.PowerFailure(new Random(1), PowerFailureMode.DropAll);
        Assert.That(next.FileExists("/d/b"), Is.False);
        Assert.That(ReadAll(next, "/d/a"), Is.EqualTo("old"u8.ToArray()));
        Assert.That(next.BootIdentity, Is.Not.EqualTo(system.BootIdentity));
    }

    [Test]
    public void Kill_KeepsUnsyncedBytesAndStores()
    {
        var system = NewSystem();
        var file = system.Open("/d/a", StorageFileMode.CreateNew);
        file.Preallocate(8192);
        var map = file.Map(0, 8192, writable: true);
        unsafe
        {
            map.Address[100] = 7;
        }

        var next = system.Kill();
        Assert.That(ReadAll(next, "/d/a")[100], Is.EqualTo(7));
        Assert.That(next.BootIdentity, Is.EqualTo(system.BootIdentity));
        Assert.That(() => file.Write(0, "x"u8), Throws.TypeOf<MachineStoppedException>());
    }

    [Test]
    public void PowerFailure_Random_GivesBothOldAndNewSectors()
    {
        var seen = new HashSet<byte>();
        for (var seed = 0; seed < 50; seed++)
        {
            var system = NewSystem();
            var file = system.Open("/d/a", StorageFileMode.CreateNew);
            file.Write(0, Enumerable.Repeat((byte)1, 2048).ToArray());
            file.SyncData();
            system.SyncDirectory("/d");
            file.Write(0, Enumerable.Repeat((byte)2, 2048).ToArray());
            seen.UnionWith(ReadAll(system.PowerFailure(new Random(seed)), "/d/a"));
        }

        Assert.That(seen, Is.EquivalentTo(new byte[] { 1, 2 }));
    }

    [Test]
    public void Rename_Unsynced_RevertsAtomically()
    {
        for (var seed = 0; seed < 30; seed++)
        {
            var system = NewSystem();
            foreach (var name in new[] { "/d/a", "/d/b" })
            {
                using var file = system.Open(name, StorageFileMode.CreateNew);
                file.Write(0, System.Text.Encoding.UTF8.GetBytes(name));
                file.SyncData();
            }

            system.SyncDirectory("/d");
            system.Rename("/d/a", "/d/b");
            var next = system.PowerFailure(new Random(seed), PowerFailureMode.Hostile);
            var content = System.Text.Encoding.UTF8.GetString(ReadAll(next, "/d/b"));
            Assert.That(content, Is.EqualTo(next.FileExists("/d/a") ? "/d/b" : "/d/a"));
        }
    }

    [Test]
    public void Faults_ShortWrite_StoresPrefixAndFails()
    {
        var system = NewSystem();
        using var file = system.Open("/d/a", StorageFileMode.CreateNew);
        system.Faults = o => o.Kind == FileOperationKind.Write ? Fault.Short(2) : Fault.None;
        Assert.That(
            () => file.Write(0, "hello"u8),
            Throws.TypeOf<StorageException>().With.Property(nameof(StorageException.Kind)).EqualTo(StorageErrorKind.NoSpace));
        Assert.That(ReadAll(system, "/d/a"), Is.EqualTo("he"u8.ToArray()));
    }

    [Test]
    public void TryLock_TwoOpens_Exclude()
    {
        var system = NewSystem();
        using var first = system.Open("/d/a", StorageFileMode.OpenOrCreate);
        using var second = system.Open("/d/a", StorageFileMode.OpenOrCreate);
        Assert.That(first.TryLock(0, 10, exclusive: true), Is.True);
        Assert.That(second.TryLock(5, 1, exclusive: false), Is.False);
        Assert.That(second.IsLockedElsewhere(5, 1, exclusive: false), Is.True);
        first.Unlock(4, 3);
        Assert.That(second.TryLock(5, 1, exclusive: true), Is.True);
        Assert.That(second.TryLock(8, 1, exclusive: true), Is.False);
        first.Dispose();
        Assert.That(second.TryLock(8, 1, exclusive: true), Is.True);
    }

    private static byte[] ReadAll(SimulatedFileSystem system, string path)
    {
        using var file = system.Open(path, StorageFileMode.Read);
        var bytes = new byte[file.Length];
        file.Read(0, bytes);
        return bytes;
    }
}
