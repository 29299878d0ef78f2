using System.Buffers.Binary;
using System.Diagnostics.Metrics;
using System.IO.Hashing;
using Gabbro.Storage.Lsm;
using Gabbro.Storage.Tests.Simulation;

namespace Gabbro.Storage.Tests.Lsm;

/// <summary>Read-only and secondary opens, files of a newer format, a lock that is held, and the meter.</summary>
public sealed class OpenModeTests
{
    private SimulatedFileSystem _system = new();

    [SetUp]
    public void NewMachine() => _system = new SimulatedFileSystem();

    private LsmOptions Options() => new()
    {
        FileSystem = _system,
        BlockCacheSize = 1 << 20,
        DefaultFamily = { WriteBufferSize = 16 << 10, TargetFileSize = 16 << 10, LevelBaseSize = 64 << 10 },
    };

    [Test]
    public void OpenReadOnly_AfterKill_AnswersAndChangesNothing()
    {
        var writer = LsmDatabase.Open("/db", Options());
        Fill(writer, 0, 500);
        _system = _system.Kill();
        var before = _system.Files.ToDictionary();
        using (var reader = LsmDatabase.OpenReadOnly("/db", Options()))
        {
            Check(reader, 500);
            Assert.That(reader.IsReadOnly, Is.True);
            Assert.That(
                () => reader.Put("a", "1"),
                Throws.TypeOf<StorageException>().With.Property(nameof(StorageException.Kind)).EqualTo(StorageErrorKind.ReadOnly));
        }

        Assert.That(_system.Files, Is.EqualTo(before));
    }

    [Test]
    public void OpenReadOnly_OnReadOnlyMedia_Works()
    {
        using (var writer = LsmDatabase.Open("/db", Options()))
            Fill(writer, 0, 200);
        _system.Faults = o => o.Kind is FileOperationKind.Write or FileOperationKind.SetLength or FileOperationKind.Preallocate
            or FileOperationKind.Delete or FileOperationKind.Rename or FileOperationKind.Sync or FileOperationKind.CreateDirectory
            ? Fault.Fail(StorageErrorKind.ReadOnly)
            : Fault.None;
        using (var reader = LsmDatabase.OpenReadOnly("/db", Options()))
            Check(reader, 200);
        Assert.That(
            () => LsmDatabase.Open("/db", Options()),
            Throws.TypeOf<StorageException>().With.Property(nameof(StorageException.Kind)).EqualTo(StorageErrorKind.ReadOnly));
    }

    [Test]
    public void Checkpoint_OfAReadOnlyDatabase_HoldsWhatWasOnlyInItsLogs()
    {
        var writer = LsmDatabase.Open("/db", Options());
        Fill(writer, 0, 700);
        _system = _system.Kill();
        using (var reader = LsmDatabase.OpenReadOnly("/db", Options()))
            reader.Checkpoint("/copy");
        using var copy = LsmDatabase.Open("/copy", Options());
        Check(copy, 700);
    }

    [Test]
    public void CatchUp_WhileAnotherWrites_ShowsAPrefixThatGrows()
    {
        using var writer = LsmDatabase.Open("/db", Options());
        Fill(writer, 0, 10);
        using var secondary = LsmDatabase.OpenSecondary("/db", Options());
        Check(secondary, 10);
        for (var count = 10; count < 3000; count += 173)
        {
            Fill(writer, count, count + 173);
            if (count % 2 == 0)
                writer.CompactRange();
            using var before = secondary.NewIterator();
            Assert.That(secondary.CatchUp(), Is.True);
            Check(secondary, count + 173);
            // The iterator made before stays with its state.
            var seen = 0;
            for (var valid = before.SeekToFirst(); valid; valid = before.Next())
                seen++;
            Assert.That(seen, Is.EqualTo(count));
        }

        Assert.That(secondary.CatchUp(), Is.False);
        Assert.That(() => secondary.CreateSnapshot(), Throws.InvalidOperationException);
        Assert.That(() => writer.CatchUp(), Throws.InvalidOperationException);
        Assert.That(() => secondary.Put("a", "b"), Throws.TypeOf<StorageException>());
    }

    [Test]
    public void CatchUp_BesideAConcurrentWriter_NeverShowsAHole()
    {
        using var writer = LsmDatabase.Open("/db", Options());
        using var secondary = LsmDatabase.OpenSecondary("/db", Options());
        var count = TestEffort.Times(4000);
        var writing = new Thread(() => Fill(writer, 0, count));
        writing.Start();
        var last = 0;
        while (last < count)
        {
            secondary.CatchUp();
            var found = 0;
            foreach (var (key, _) in secondary.Scan("key"u8))
                Assert.That(key, Is.EqualTo(System.Text.Encoding.UTF8.GetBytes($"key{found++:D6}")));
            Assert.That(found, Is.GreaterThanOrEqualTo(last));
            last = found;
        }

        writing.Join();
    }

    [Test]
    public void OpenSecondary_WithFamiliesCreatedAndDropped_FollowsThem()
    {
        using var writer = LsmDatabase.Open("/db", Options());
        using var secondary = LsmDatabase.OpenSecondary("/db", Options());
        var family = writer.CreateColumnFamily("other");
        writer.Put(family, "k"u8, "v"u8);
        secondary.CatchUp();
        Assert.That(secondary.Get(secondary.GetColumnFamily("other")!, "k"u8), Is.EqualTo("v"u8.ToArray()));
        writer.DropColumnFamily(family);
        secondary.CatchUp();
        Assert.That(secondary.GetColumnFamily("other"), Is.Null);
    }

    [Test]
    public void Open_WhileOpen_NamesTheHolder()
    {
        using var writer = LsmDatabase.Open("/db", Options());
        Assert.That(
            () => LsmDatabase.Open("/db", Options()),
            Throws.TypeOf<StorageException>().With.Property(nameof(StorageException.Kind)).EqualTo(StorageErrorKind.Busy)
                .And.Message.Contains($"process {Environment.ProcessId}"));
    }

    // Each kind of file says its format; one that is newer is refused by number, not taken for damage.
    [TestCase("MANIFEST")]
    [TestCase(".log")]
    [TestCase(".sst")]
    [TestCase("PROGRESS")]
    public void Open_FileOfANewerFormat_IsRefusedByItsNumber(string kind)
    {
        var writer = LsmDatabase.Open("/db", Options());
        Fill(writer, 0, 2000);
        writer.Flush();
        Fill(writer, 2000, 2010);
        _system = _system.Kill();
        foreach (var file in _system.Files.Keys.Where(f => f.Contains(kind, StringComparison.Ordinal)).ToArray())
        {
            _system.Damage(file, bytes =>
            {
                // The table's footer is its last 64 bytes; all others begin with such a header.
                var header = bytes.AsSpan(kind == ".sst" ? bytes.Length - 64 : 0, 64);
                BinaryPrimitives.WriteUInt32LittleEndian(header[8..], 2);
                BinaryPrimitives.WriteUInt64LittleEndian(header[56..], XxHash3.HashToUInt64(header[..56]));
                return bytes;
            });
        }

        var refused = Assert.Catch<StorageException>(() =>
        {
            using var database = LsmDatabase.Open("/db", Options());
            Check(database, 2010);
        });
        Assert.That(refused.Kind, Is.EqualTo(StorageErrorKind.NotSupported));
        Assert.That(refused.Message, Does.Contain("format 2"));
    }

    [Test]
    public void Meter_OfAnOpenDatabase_CountsItsWrites()
    {
        var options = Options();
        using var database = LsmDatabase.Open("/metered", options);
        Fill(database, 0, 100);
        database.Flush();
        var seen = new Dictionary<string, long>();
        using var listener = new MeterListener();
        listener.InstrumentPublished = (instrument, self) =>
        {
            if (instrument.Meter.Name == "Gabbro.Storage" && instrument.Name.StartsWith("gabbro.storage.lsm.", StringComparison.Ordinal))
                self.EnableMeasurementEvents(instrument);
        };
        listener.SetMeasurementEventCallback<long>((instrument, value, tags, _) =>
        {
            if (tags.ToArray().Any(t => t.Value as string == database.Path))
                seen[instrument.Name] = value;
        });
        listener.Start();
        listener.RecordObservableInstruments();
        Assert.That(seen["gabbro.storage.lsm.entries"], Is.EqualTo(100));
        Assert.That(seen["gabbro.storage.lsm.flushes"], Is.EqualTo(1));
        Assert.That(seen["gabbro.storage.lsm.table_size"], Is.Positive);
    }

    private static void Fill(LsmDatabase database, int from, int to)
    {
        for (var i = from; i < to; i++)
            database.Put($"key{i:D6}", $"value{i}");
    }

    private static void Check(LsmDatabase database, int count)
    {
        for (var i = 0; i < count; i++)
            Assert.That(database.GetString($"key{i:D6}"), Is.EqualTo($"value{i}"));
        Assert.That(database.GetString($"key{count:D6}"), Is.Null);
    }
}
