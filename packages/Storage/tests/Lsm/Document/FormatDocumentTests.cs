using System.Text;
using Gabbro.Storage.FileSystem;
using Gabbro.Storage.Lsm;
using Gabbro.Storage.Tests.Simulation;

namespace Gabbro.Storage.Tests.Lsm.Document;

/// <summary>What the format document says is enough to read a database, and what it says is so.</summary>
public sealed class FormatDocumentTests
{
    [TestCase(CompressionKind.None)]
    [TestCase(CompressionKind.Lz4)]
    [TestCase(CompressionKind.Brotli)]
    public void Files_ReadByTheDocumentAlone_GiveWhatTheEngineGives(CompressionKind compression)
    {
        var system = new SimulatedFileSystem();
        var options = new LsmOptions
        {
            FileSystem = system,
            BlockCacheSize = 1 << 20,
            DefaultFamily = { WriteBufferSize = 16 << 10, TargetFileSize = 16 << 10, LevelBaseSize = 32 << 10, BlockSize = 1024, Compression = compression },
        };
        var random = new Random(TestEffort.Seed());
        var expected = new SortedDictionary<string, string>(StringComparer.Ordinal);
        var database = LsmDatabase.Open("/db", options);
        var family = database.CreateColumnFamily("other");
        for (var i = 0; i < 3000; i++)
        {
            var key = $"key{random.Next(1500):D5}";
            if (random.Next(5) == 0)
            {
                database.Delete(key);
                expected.Remove(key);
            }
            else
            {
                var value = $"value{i}-" + new string((char)('a' + (i % 26)), random.Next(80));
                database.Put(key, value);
                expected[key] = value;
            }

            if (i % 700 == 0)
            {
                database.DeleteRange("key00100"u8, "key00150"u8);
                foreach (var dead in expected.Keys.Where(k => string.CompareOrdinal(k, "key00100") >= 0 && string.CompareOrdinal(k, "key00150") < 0).ToArray())
                    expected.Remove(dead);
                database.Put(family, Encoding.UTF8.GetBytes($"k{i}"), "x"u8);
            }
        }

        // A value of several fragments, and one that must not be read any more.
        database.Put("large", new string('z', 100_000));
        expected["large"] = new string('z', 100_000);
        database.WaitForBackground();
        var disk = system.Kill();

        var reader = new DocumentReader(name => Read(disk, "/db/" + name));
        reader.ReadAll();
        Assert.That(reader.Tables, Is.GreaterThan(2));
        Assert.That(reader.Families.Values, Is.EquivalentTo(new[] { "default", "other" }));
        Assert.That(reader.Entries.Where(e => e.Family != 0).Select(e => e.Key).Distinct().Count(), Is.EqualTo(5));
        var ranges = reader.Entries.Where(e => e.Family == 0 && e.Kind == 3).ToArray();
        var found = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach (var versions in reader.Entries.Where(e => e.Family == 0 && e.Kind != 3).GroupBy(e => e.Key))
        {
            var newest = versions.MaxBy(e => e.Sequence);
            var isCovered = ranges.Any(r => r.Sequence > newest.Sequence && string.CompareOrdinal(r.Key, newest.Key) <= 0
                && string.CompareOrdinal(newest.Key, Encoding.UTF8.GetString(r.Value)) < 0);
            if (newest.Kind == 1 && !isCovered)
                found[newest.Key] = Encoding.UTF8.GetString(newest.Value);
        }

        Assert.That(found, Is.EqualTo(expected));
    }

    private static byte[] Read(SimulatedFileSystem disk, string path)
    {
        using var file = disk.Open(path, StorageFileMode.Read);
        var bytes = new byte[file.Length];
        Assert.That(file.Read(0, bytes), Is.EqualTo(bytes.Length));
        return bytes;
    }
}
