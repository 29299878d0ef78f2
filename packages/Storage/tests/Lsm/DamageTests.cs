using System.Text;
using Gabbro.Storage.Lsm;
using Gabbro.Storage.Tests.Simulation;

namespace Gabbro.Storage.Tests.Lsm;

/// <summary>
/// Damage anywhere in any file, after clean and unclean close: every answer afterwards is right or a
/// <see cref="CorruptionException"/>; nothing is silently missing, rolled back or wrong.
/// </summary>
public sealed class DamageTests
{
    private const int Keys = 400;

    [Test]
    public void Damage_AnywhereInAnyFile_IsDetectedOrHarmless()
    {
        var seed = TestEffort.Seed();
        var clean = Build(seed, close: true);
        var unclean = Build(seed + 1, close: false);
        var kinds = new Dictionary<string, (int Detected, int Harmless)>();
        for (var i = 0; i < TestEffort.Times(400); i++)
        {
            var random = new Random(seed + i);
            var system = (random.Next(2) == 0 ? clean : unclean).Fork();
            var files = system.Files.Where(f => f.Value > 0 && !f.Key.EndsWith("LOCK", StringComparison.Ordinal)).OrderBy(f => f.Key).ToArray();
            var file = files[random.Next(files.Length)].Key;
            var kind = Damage(system, file, random);
            var detected = Check(system, $"{kind} in {file} (case {i})");
            var (found, harmless) = kinds.GetValueOrDefault(kind);
            kinds[kind] = detected ? (found + 1, harmless) : (found, harmless + 1);
        }

        foreach (var (kind, (found, harmless)) in kinds)
            TestContext.Out.WriteLine($"{kind}: {found} detected, {harmless} harmless");
        Assert.That(kinds.Values.Sum(k => k.Detected), Is.Positive);
    }

    [Test]
    public void Delete_OfAnyFile_IsDetected()
    {
        var system = Build(TestEffort.Seed(), close: false);
        foreach (var file in system.Files.Keys.Where(f => !f.EndsWith("LOCK", StringComparison.Ordinal)))
        {
            var copy = system.Fork();
            copy.Delete(file);
            Check(copy, $"{file} deleted");
        }
    }

    private static LsmOptions Options(SimulatedFileSystem system) => new()
    {
        FileSystem = system,
        BlockCacheSize = 1 << 20,
        DefaultFamily = { WriteBufferSize = 8 << 10, TargetFileSize = 8 << 10, LevelBaseSize = 16 << 10, BlockSize = 1024 },
    };

    private static SimulatedFileSystem Build(int seed, bool close)
    {
        var random = new Random(seed);
        var system = new SimulatedFileSystem();
        var database = LsmDatabase.Open("/db", Options(system));
        for (var i = 0; i < Keys; i++)
            database.Put(Key(i), Value(i), new WriteOptions(random.Next(20) == 0));
        for (var i = 0; i < Keys; i += 5)
            database.Delete(Key(i));
        database.WaitForBackground();
        if (!close)
            return system.Kill();
        database.Dispose();
        return system;
    }

    private static string Key(int i) => $"key{i:D5}";

    private static string Value(int i) => $"value{i}-" + new string((char)('a' + (i % 26)), i % 90);

    private static string Damage(SimulatedFileSystem system, string file, Random random)
    {
        var kind = new[] { "bit flip", "zeroed page", "truncation", "random bytes", "swapped halves", "extension" }[random.Next(6)];
        system.Damage(file, bytes =>
        {
            var at = random.Next(bytes.Length);
            switch (kind)
            {
                case "bit flip":
                    bytes[at] ^= (byte)(1 << random.Next(8));
                    return bytes;
                case "zeroed page":
                    bytes.AsSpan(at & ~511, Math.Min(512, bytes.Length - (at & ~511))).Clear();
                    return bytes;
                case "truncation":
                    return bytes[..at];
                case "random bytes":
                    random.NextBytes(bytes.AsSpan(at, Math.Min(random.Next(1, 64), bytes.Length - at)));
                    return bytes;
                case "swapped halves":
                    var half = Math.Min(512, bytes.Length / 2);
                    var first = bytes.AsSpan(0, half).ToArray();
                    bytes.AsSpan(half, half).CopyTo(bytes);
                    first.CopyTo(bytes.AsSpan(half));
                    return bytes;
                default:
                    var longer = new byte[bytes.Length + random.Next(1, 600)];
                    bytes.CopyTo(longer, 0);
                    return longer;
            }
        });
        return kind;
    }

    // Whether the damage was reported. Any wrong or missing answer fails the test.
    private static bool Check(SimulatedFileSystem system, string what)
    {
        LsmDatabase database;
        try
        {
            database = LsmDatabase.Open("/db", Options(system));
        }
        catch (StorageException e) when (e.Kind is StorageErrorKind.Corruption or StorageErrorKind.NotSupported)
        {
            return true;
        }

        var detected = false;
        using (database)
        {
            for (var i = 0; i < Keys; i++)
            {
                try
                {
                    Assert.That(database.GetString(Key(i)), Is.EqualTo(i % 5 == 0 ? null : Value(i)), () => $"{what}: key {Key(i)}");
                }
                catch (CorruptionException)
                {
                    detected = true;
                }
            }

            try
            {
                var expected = Enumerable.Range(0, Keys).Where(i => i % 5 != 0).Select(Key).ToArray();
                var found = database.Scan("key"u8).Select(e => Encoding.UTF8.GetString(e.Key)).ToArray();
                Assert.That(found, Is.EqualTo(expected), () => what);
            }
            catch (CorruptionException)
            {
                detected = true;
            }
        }

        return detected;
    }
}
