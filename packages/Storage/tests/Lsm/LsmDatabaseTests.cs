using System.Text;
using Gabbro.Storage.Lsm;
using Gabbro.Storage.Tests.Simulation;

namespace Gabbro.Storage.Tests.Lsm;

public sealed class LsmDatabaseTests
{
    private static readonly string s_path = "/db";

    private static LsmOptions Small(SimulatedFileSystem system) => new()
    {
        FileSystem = system,
        BlockCacheSize = 1 << 20,
        DefaultFamily = { WriteBufferSize = 64 << 10, TargetFileSize = 32 << 10, LevelBaseSize = 128 << 10 },
    };

    [Test]
    public void Get_AfterPut_GivesValue()
    {
        using var database = LsmDatabase.Open(s_path, Small(new SimulatedFileSystem()));
        database.Put("name", "Douglas");
        Assert.That(database.GetString("name"), Is.EqualTo("Douglas"));
        Assert.That(database.GetString("other"), Is.Null);
        database.Delete("name");
        Assert.That(database.GetString("name"), Is.Null);
    }

    [Test]
    public void Open_AfterClose_FindsEverything()
    {
        var system = new SimulatedFileSystem { MappedCapacity = 1 << 20 };
        using (var database = LsmDatabase.Open(s_path, Small(system)))
        {
            for (var i = 0; i < 5000; i++)
                database.Put($"key{i:D6}", $"value{i}");
        }

        using (var database = LsmDatabase.Open(s_path, Small(system)))
        {
            for (var i = 0; i < 5000; i++)
                Assert.That(database.GetString($"key{i:D6}"), Is.EqualTo($"value{i}"));
            var count = 0;
            foreach (var (key, value) in database.Scan("key"u8))
            {
                Assert.That(Encoding.UTF8.GetString(key), Is.EqualTo($"key{count:D6}"));
                Assert.That(Encoding.UTF8.GetString(value), Is.EqualTo($"value{count}"));
                count++;
            }

            Assert.That(count, Is.EqualTo(5000));
        }
    }

    [Test]
    public void Kill_UnsyncedWrites_Survive()
    {
        var system = new SimulatedFileSystem();
        var database = LsmDatabase.Open(s_path, Small(system));
        for (var i = 0; i < 3000; i++)
            database.Put($"key{i:D6}", $"value{i}");
        var next = system.Kill();
        using var reopened = LsmDatabase.Open(s_path, Small(next));
        for (var i = 0; i < 3000; i++)
            Assert.That(reopened.GetString($"key{i:D6}"), Is.EqualTo($"value{i}"));
    }

    [Test]
    public void CompactRange_AfterOverwritesAndDeletes_KeepsTheNewest()
    {
        using var database = LsmDatabase.Open(s_path, Small(new SimulatedFileSystem()));
        for (var round = 0; round < 3; round++)
        {
            for (var i = 0; i < 2000; i++)
                database.Put($"key{i:D6}", $"value{round}-{i}");
        }

        for (var i = 0; i < 2000; i += 2)
            database.Delete($"key{i:D6}");
        database.DeleteRange("key000100"u8, "key000200"u8);
        database.CompactRange();
        for (var i = 0; i < 2000; i++)
        {
            var expected = i % 2 == 0 || (i >= 100 && i < 200) ? null : $"value2-{i}";
            Assert.That(database.GetString($"key{i:D6}"), Is.EqualTo(expected));
        }
    }
}
