using System.Text;
using Gabbro.Storage.BTree;
using Gabbro.Storage.BTree.Engine;
using Gabbro.Storage.BTree.Shared;
using Gabbro.Storage.FileSystem;
using Gabbro.Storage.Tests.Simulation;

namespace Gabbro.Storage.Tests.BTree;

/// <summary>
/// Runs scripted histories and stops at every point between two instructions that matter, at every write and every sync:
/// what would the next process find if this one were killed here, if all were, if the power went?
/// </summary>
[NonParallelizable]
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class CrashTests
{
    private const string FilePath = "/db/test.db";
    private static readonly int Effort = int.Parse(Environment.GetEnvironmentVariable("GABBRO_TEST_EFFORT") ?? "1");

    private readonly List<SortedDictionary<string, string>> _states = [];
    private int _acknowledged;
    private int _durable;
    private int _attempted;
    private long _points;
    private long _fates;
    private Random _random = null!;
    private int _seed;
    private bool _exploring;

    [Test]
    public void History_CutAnywhere_RecoversAnAcknowledgedState(
        [Values(512, 4096)] int pageSize, [Values] CommitDurability durability)
    {
        _seed = TestSeed.Next();
        _random = new Random(_seed);
        var system = new SimulatedFileSystem { MappedCapacity = 1 << 20 };
        system.CreateDirectory("/db");
        _states.Add([]);
        try
        {
            KillPoint.Reached = () => Explore(system);
            RunHistory(system, pageSize, durability);
        }
        finally
        {
            KillPoint.Reached = null;
        }

        TestContext.Out.WriteLine($"{_points} points, {_fates} fates");
        Assert.That(_fates, Is.GreaterThan(300));
    }

    [Test]
    public void Checkpoint_CommitsWhileItIsUnderWay_DoNotTakeItsPages()
    {
        _random = new Random(TestSeed.Next());
        var system = new SimulatedFileSystem { MappedCapacity = 1 << 20 };
        system.CreateDirectory("/db");
        using var db = BTreeDatabase.Open(FilePath, Options(system, 512, CommitDurability.Relaxed));
        for (var round = 0; round < 2; round++)
        {
            for (var i = 0; i < 60; i++)
                db.Put(Encoding.ASCII.GetBytes($"key{i:d3}"), "old"u8);
            if (round == 0)
                db.Checkpoint();
        }

        var commits = 0;
        try
        {
            // Between making the version and syncing its pages nobody holds the writer's lock.
            KillPoint.Reached = () =>
            {
                if (commits > 0 || db.Connection.CheckpointLock.CurrentOwner == 0 || db.Connection.WriterLock.CurrentOwner != 0)
                    return;
                for (commits = 1; commits < 200; commits++)
                    db.Put(Encoding.ASCII.GetBytes($"key{commits % 60:d3}"), "new"u8);
            };
            db.Checkpoint();
        }
        finally
        {
            KillPoint.Reached = null;
        }

        Assert.That(commits, Is.EqualTo(200));
        foreach (var mode in new[] { PowerFailureMode.DropAll, PowerFailureMode.Random, PowerFailureMode.Hostile })
        {
            using var after = BTreeDatabase.Open(FilePath, Options(system.Fork().PowerFailure(_random, mode), 512, CommitDurability.Relaxed));
            var report = after.Check();
            Assert.That((report.Faults, report.LostPages), Is.EqualTo((Array.Empty<string>(), 0L)), $"{mode}");
            for (var i = 0; i < 60; i++)
                Assert.That(Encoding.ASCII.GetString(after.Get(Encoding.ASCII.GetBytes($"key{i:d3}"))!), Is.AnyOf("old", "new"), $"{mode}");
        }
    }

    private static BTreeOptions Options(IStorageFileSystem system, int pageSize, CommitDurability durability) => new()
    {
        FileSystem = system,
        PageSize = pageSize,
        Durability = durability,
        LogCapacity = 64 << 10,
        BackgroundCheckpoints = false,
        MapCapacity = 1 << 20,
        LockTimeout = TimeSpan.FromSeconds(5),
    };

    // Splits, merges, overflow values, free-list reuse, named trees, savepoints, bulk commits, checkpoints, a vacuum and a
    // clean close, in small transactions.
    private void RunHistory(SimulatedFileSystem system, int pageSize, CommitDurability durability)
    {
        var db = BTreeDatabase.Open(FilePath, Options(system, pageSize, durability));
        var random = new Random(_seed);
        for (var round = 0; round < 3; round++)
        {
            for (var i = 0; i < 6; i++)
                Change(db, durability, s => PutMany(s, random, 12, pageSize / 8));
            Change(db, durability, s => PutMany(s, random, 1, pageSize * 3));
            Change(db, durability, s => RemoveMany(s, random, 20));
            Checkpoint(db);
            Change(db, durability, s => RemoveMany(s, random, 20));
            Change(db, durability, s => PutMany(s, random, 3, pageSize * 2));
            if (round == 0)
                Change(db, durability, s => PutMany(s, random, 40, 600));
            if (round == 1)
                Vacuum(db);
            if (round == 2)
            {
                _attempted = _acknowledged;
                db.Dispose();
                _durable = _acknowledged;
                db = BTreeDatabase.Open(FilePath, Options(system, pageSize, durability));
            }
        }

        Change(db, durability, s => PutMany(s, random, 12, pageSize / 8));
        db.Dispose();
    }

    private void Change(BTreeDatabase db, CommitDurability durability, Action<SortedDictionary<string, string>> change)
    {
        var next = new SortedDictionary<string, string>(_states[_acknowledged], StringComparer.Ordinal);
        change(next);
        _states.Add(next);
        _attempted = _acknowledged + 1;
        using (var write = db.BeginWrite())
        {
            var before = _states[_acknowledged];
            foreach (var key in before.Keys.Where(k => !next.ContainsKey(k)))
                write.Delete(Encoding.UTF8.GetBytes(key));
            var savepoint = write.CreateSavepoint();
            write.Put("never"u8, new byte[700]);
            write.RollBackTo(savepoint);
            foreach (var (key, value) in next.Where(p => !before.TryGetValue(p.Key, out var old) || old != p.Value))
                write.Put(Encoding.UTF8.GetBytes(key), Encoding.UTF8.GetBytes(value));
            var tree = write.OpenTree("count");
            write.Put(tree, "n"u8, Encoding.UTF8.GetBytes($"{_attempted}"));
            write.Commit();
        }

        _exploring = true;
        var report = db.Check();
        Assert.That((report.Faults, report.LostPages), Is.EqualTo((Array.Empty<string>(), 0L)), $"in the running database, state {_attempted}, seed {_seed}");
        _exploring = false;
        _acknowledged = _attempted;
        if (durability == CommitDurability.Full)
            _durable = _acknowledged;
    }

    private void Checkpoint(BTreeDatabase db)
    {
        db.Checkpoint();
        _durable = _acknowledged;
    }

    private void Vacuum(BTreeDatabase db)
    {
        db.Vacuum();
        _durable = _acknowledged;
    }

    private static void PutMany(SortedDictionary<string, string> state, Random random, int count, int size)
    {
        for (var i = 0; i < count; i++)
            state[$"key{random.Next(120):d4}"] = new string((char)('a' + random.Next(26)), random.Next(size));
    }

    private static void RemoveMany(SortedDictionary<string, string> state, Random random, int count)
    {
        for (var i = 0; i < count && state.Count > 0; i++)
            state.Remove(state.Keys.ElementAt(random.Next(state.Count)));
    }

    private void Explore(SimulatedFileSystem system)
    {
        if (_exploring)
            return;
        // The engine's own points come thousands of times within a transaction; at effort 1 every ninth is looked at.
        if (_points++ % Math.Max(1, 9 / Effort) != 0)
            return;
        _exploring = true;
        try
        {
            // While it recovers or closes as the last, a process has the database to itself: there are no survivors then.
            if (!IsAlone(system))
                TryFate("killed alone", system.Fork(), withSurvivor: true, _acknowledged);
            TryFate("all killed", system.Fork(), withSurvivor: false, _acknowledged);
            TryFate("power, nothing kept", system.Fork().PowerFailure(_random, PowerFailureMode.DropAll), withSurvivor: false, _durable);
            TryFate("power, torn", system.Fork().PowerFailure(_random, PowerFailureMode.Random), withSurvivor: false, _durable);
            TryFate("power, hostile", system.Fork().PowerFailure(_random, PowerFailureMode.Hostile), withSurvivor: false, _durable);
        }
        finally
        {
            _exploring = false;
        }
    }

    private void TryFate(string fate, SimulatedFileSystem system, bool withSurvivor, int oldest)
    {
        _fates++;
        if (!system.FileExists(FilePath))
        {
            Assert.That(oldest, Is.Zero, $"{fate}: the database is gone (seed {_seed}, point {_points})");
            return;
        }

        try
        {
            using var survivor = withSurvivor ? ConnectSurvivor(system) : null;
            using (var db = BTreeDatabase.Open(FilePath, Options(system, 4096, CommitDurability.Full) with { CreateIfMissing = false }))
            {
                var state = Match(db, oldest);
                Assert.That(state, Is.GreaterThanOrEqualTo(0), $"{fate}: not an acknowledged state");
                db.Put("after the crash"u8, "x"u8);
                var report = db.Check();
                Assert.That(report.Faults, Is.Empty, fate);
                Assert.That(report.LostPages, Is.Zero, fate);
                db.Delete("after the crash"u8);
                // A commit that was applied but not yet acknowledged may come into view with the next one.
                Assert.That(Match(db, state), Is.InRange(state, _attempted), fate);
            }
        }
        catch (Exception e) when (e is not AssertionException)
        {
            Assert.Fail($"{fate} at point {_points}, seed {_seed}, states {oldest}..{_attempted}: {e}");
        }
    }

    // What makes the opening process believe that others are connected: the shared memory counts then, not the disk.
    private static IStorageFile? ConnectSurvivor(SimulatedFileSystem system)
    {
        if (!system.FileExists(FilePath + "-lock"))
            return null;
        var lockFile = system.Open(FilePath + "-lock", StorageFileMode.ReadWrite);
        if (lockFile.Length < SharedLayout.PageTable || !IsMarked(lockFile))
        {
            lockFile.Dispose();
            return null;
        }

        lockFile.TryLock(LockBytes.Membership, 1, exclusive: false);
        return lockFile;
    }

    private static bool IsAlone(SimulatedFileSystem system)
    {
        if (!system.FileExists(FilePath + "-lock"))
            return true;
        using var lockFile = system.Open(FilePath + "-lock", StorageFileMode.ReadWrite);
        return lockFile.IsLockedElsewhere(LockBytes.Membership, 1, exclusive: false);
    }

    private static bool IsMarked(IStorageFile file)
    {
        Span<byte> mark = stackalloc byte[8];
        file.Read(0, mark);
        return BitConverter.ToUInt64(mark) == SharedLayout.Magic;
    }

    private int Match(BTreeDatabase db, int oldest)
    {
        using var read = db.BeginRead();
        var found = new SortedDictionary<string, string>(StringComparer.Ordinal);
        var cursor = read.OpenCursor();
        for (var valid = cursor.SeekFirst(); valid; valid = cursor.Next())
            found[Encoding.UTF8.GetString(cursor.Key)] = Encoding.UTF8.GetString(cursor.Value);
        var number = read.TryOpenTree("count", out var tree) && read.TryGet(tree, "n"u8, out var n)
            ? int.Parse(Encoding.UTF8.GetString(n))
            : 0;
        if (number < oldest || number > _attempted)
            return -1;
        if (_states[number].SequenceEqual(found))
            return number;
        var missing = _states[number].Where(p => !found.TryGetValue(p.Key, out var v) || v != p.Value).Select(p => p.Key);
        var extra = found.Where(p => !_states[number].ContainsKey(p.Key)).Select(p => p.Key);
        TestContext.Out.WriteLine($"state {number}: missing or different {string.Join(' ', missing)}; too many {string.Join(' ', extra)}");
        return -2;
    }
}
