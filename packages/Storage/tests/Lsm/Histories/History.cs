using System.Text;
using Gabbro.Storage.Lsm;
using Gabbro.Storage.Tests.Simulation;

namespace Gabbro.Storage.Tests.Lsm.Histories;

/// <summary>
/// A random program against a database on a simulated disk, with every state the database may be in after a crash:
/// the last durable one, and one for each write since. A write that failed with its outcome unknown leaves two.
/// </summary>
internal sealed class History
{
    private const int KeyCount = 60;
    private readonly Random _random;
    private readonly LsmOptions _options;
    private readonly List<(Snapshot Snapshot, ModelState State)> _snapshots = [];
    private readonly List<ModelState> _sinceDurable = [ModelState.Empty];
    private ModelState? _uncertain;
    private int _writes;
    private LsmDatabase? _database;

    public History(SimulatedFileSystem system, int seed, Action<LsmOptions>? configure = null)
    {
        System = system;
        _random = new Random(seed);
        _options = NewOptions(system, seed);
        configure?.Invoke(_options);
    }

    public SimulatedFileSystem System { get; private set; }

    public LsmDatabase Database => _database!;

    /// <summary>What a reader must see now.</summary>
    public ModelState Current => _sinceDurable[^1];

    public bool HasFailed { get; private set; }

    public static LsmOptions NewOptions(SimulatedFileSystem system, int seed)
    {
        var random = new Random(seed ^ 0x5EED);
        return new LsmOptions
        {
            FileSystem = system,
            BlockCacheSize = random.Next(3) == 0 ? 64 << 10 : 1 << 20,
            CompactionThreads = 1 + random.Next(2),
            MaxSubcompactions = 1 + random.Next(3),
            Paranoid = random.Next(4) == 0,
            MaxLogSize = random.Next(2) == 0 ? 0 : 16 << 10,
            DefaultFamily =
            {
                WriteBufferSize = 4 << 10,
                BlockSize = 512,
                TargetFileSize = 4 << 10,
                LevelBaseSize = 8 << 10,
                LevelSizeMultiplier = 3,
                Level0CompactionTrigger = 2 + random.Next(3),
                Compression = (CompressionKind)random.Next(3),
                UseFilters = random.Next(4) != 0,
                CompactionStyle = (CompactionStyle)random.Next(2),
                MergeOperator = new AppendOperator(),
            },
        };
    }

    public void Open() => _database = LsmDatabase.Open("/db", _options);

    /// <summary>Runs random steps; a storage failure ends the run when <paramref name="mayFail"/>.</summary>
    public void Run(int steps, bool mayFail = false)
    {
        for (var i = 0; i < steps && !HasFailed; i++)
        {
            try
            {
                Step();
            }
            catch (StorageException e) when (mayFail && e is not CorruptionException)
            {
                HasFailed = e.Kind is StorageErrorKind.Poisoned || e is MachineStoppedException || Database.Core.Poison is not null;
            }
        }
    }

    /// <summary>Compares everything the database answers with the model.</summary>
    public void Check()
    {
        CheckIterators(null, Current);
        for (var i = 0; i < KeyCount; i++)
            Assert.That(Read(Key(i), null), Is.EqualTo(Current[Key(i)]), () => $"key {Key(i)} of {Current}");
        foreach (var (snapshot, state) in _snapshots)
            CheckIterators(snapshot, state);
    }

    /// <summary>The process dies; what it wrote stays. The next open must find the last state.</summary>
    public void KillAndReopen()
    {
        var next = System.Kill();
        Abandon();
        Reopen(next);
        var found = ReadAll();
        Assert.That(
            found.Same(Current) || (_uncertain is not null && found.Same(_uncertain)), Is.True,
            () => $"after kill -9\nexpected {Current}\nor {_uncertain}\nfound {found}");
        Restart(found);
    }

    /// <summary>The power goes. The next open must find the durable state or a later one, never a mixture.</summary>
    public void PowerFailureAndReopen(Random fate, PowerFailureMode mode)
    {
        var next = System.PowerFailure(fate, mode);
        Abandon();
        Reopen(next);
        var found = ReadAll();
        var candidates = _sinceDurable.AsEnumerable();
        if (_uncertain is not null)
            candidates = candidates.Append(_uncertain);
        Assert.That(
            candidates.Any(found.Same), Is.True,
            () => $"after a power failure ({mode})\nfound {found}\nexpected one of\n{string.Join("\n", candidates)}");
        Restart(found);
    }

    /// <summary>The same past on another machine: its fate can be tried without ending this one.</summary>
    public History Branch(SimulatedFileSystem system)
    {
        var branch = new History(system, _random.Next(), o =>
        {
            o.DefaultFamily = _options.DefaultFamily;
        });
        branch._sinceDurable.Clear();
        branch._sinceDurable.AddRange(_sinceDurable);
        branch._uncertain = _uncertain;
        branch._writes = _writes;
        return branch;
    }

    public void CloseAndReopen()
    {
        DropSnapshots();
        Database.Dispose();
        Open();
        _sinceDurable.RemoveRange(0, _sinceDurable.Count - 1);
        Check();
    }

    /// <summary>Stops the threads of a database whose machine has stopped.</summary>
    public void Abandon()
    {
        DropSnapshots();
        try
        {
            _database?.Dispose();
        }
        catch (StorageException)
        {
            // The machine has stopped: the last sync cannot succeed.
        }

        _database = null;
    }

    private static string Key(int index) => $"key{index:D3}";

    private void Reopen(SimulatedFileSystem next)
    {
        next.MappedCapacity = System.MappedCapacity;
        System = next;
        _options.FileSystem = next;
        Open();
    }

    // What recovery found is durable: it wrote tables and synced them.
    private void Restart(ModelState found)
    {
        _sinceDurable.Clear();
        _sinceDurable.Add(found);
        _uncertain = null;
        HasFailed = false;
    }

    private void Step()
    {
        switch (_random.Next(100))
        {
            case < 45:
                Put();
                break;
            case < 55:
                var deleted = Key(_random.Next(KeyCount));
                Write(b => b.Delete(Utf8(deleted)), s => s.Remove(deleted));
                break;
            case < 59:
                DeleteRange();
                break;
            case < 66:
                var merged = Key(_random.Next(KeyCount));
                var operand = $"+{_writes}";
                Write(b => b.Merge(Utf8(merged), Utf8(operand)), s => s[merged] = s.GetValueOrDefault(merged) + operand);
                break;
            case < 76:
                Batch();
                break;
            case < 84:
                var read = Key(_random.Next(KeyCount));
                Assert.That(Read(read, null), Is.EqualTo(Current[read]), () => $"key {read} of {Current}");
                break;
            case < 87:
                if (_snapshots.Count < 4)
                    _snapshots.Add((Database.CreateSnapshot(), Current));
                break;
            case < 89 when _snapshots.Count > 0:
                var index = _random.Next(_snapshots.Count);
                CheckIterators(_snapshots[index].Snapshot, _snapshots[index].State);
                _snapshots[index].Snapshot.Dispose();
                _snapshots.RemoveAt(index);
                break;
            case < 92:
                Database.Flush();
                break;
            case < 94:
                Database.CompactRange();
                break;
            case < 96:
                Database.Sync();
                _sinceDurable.RemoveRange(0, _sinceDurable.Count - 1);
                break;
            default:
                CheckIterators(null, Current);
                break;
        }
    }

    private void Put()
    {
        var key = Key(_random.Next(KeyCount));
        var value = Value();
        Write(b => b.Put(Utf8(key), Utf8(value)), s => s[key] = value);
    }

    private void DeleteRange()
    {
        var from = _random.Next(KeyCount);
        var begin = Key(from);
        var end = Key(Math.Min(KeyCount, from + 1 + _random.Next(8)));
        Write(b => b.DeleteRange(Utf8(begin), Utf8(end)), s => RemoveRange(s, begin, end));
    }

    private void Batch()
    {
        var changes = new List<Action<SortedDictionary<string, string>>>();
        Write(
            b =>
            {
                for (var i = _random.Next(1, 12); i > 0; i--)
                {
                    var key = Key(_random.Next(KeyCount));
                    if (_random.Next(4) == 0)
                    {
                        b.Delete(Utf8(key));
                        changes.Add(s => s.Remove(key));
                    }
                    else
                    {
                        var value = Value();
                        b.Put(Utf8(key), Utf8(value));
                        changes.Add(s => s[key] = value);
                    }
                }
            },
            s => changes.ForEach(c => c(s)));
    }

    private static void RemoveRange(SortedDictionary<string, string> state, string begin, string end)
    {
        foreach (var key in state.Keys.Where(k => string.CompareOrdinal(k, begin) >= 0 && string.CompareOrdinal(k, end) < 0).ToArray())
            state.Remove(key);
    }

    private void Write(Action<WriteBatch> fill, Action<SortedDictionary<string, string>> change)
    {
        _writes++;
        var batch = new WriteBatch();
        fill(batch);
        var next = Current.With(change);
        var sync = _random.Next(4) == 0;
        try
        {
            Database.Write(batch, new WriteOptions(sync));
        }
        catch (StorageException) when (Database.Core.Poison is not null || System.IsStopped)
        {
            _uncertain ??= next;
            throw;
        }

        _sinceDurable.Add(next);
        if (sync)
            _sinceDurable.RemoveRange(0, _sinceDurable.Count - 1);
    }

    private string Value() => $"v{_writes}-" + new string((char)('a' + _random.Next(26)), _random.Next(10) == 0 ? _random.Next(3000) : _random.Next(60));

    private string? Read(string key, Snapshot? snapshot)
    {
        var value = Database.Get(Utf8(key), new ReadOptions { Snapshot = snapshot });
        return value is null ? null : Encoding.UTF8.GetString(value);
    }

    private ModelState ReadAll()
    {
        using var iterator = Database.NewIterator();
        return ModelState.Empty.With(s =>
        {
            for (var valid = iterator.SeekToFirst(); valid; valid = iterator.Next())
                s[Encoding.UTF8.GetString(iterator.Key)] = Encoding.UTF8.GetString(iterator.Value);
        });
    }

    private void CheckIterators(Snapshot? snapshot, ModelState state)
    {
        var low = _random.Next(3) == 0 ? Key(_random.Next(KeyCount)) : null;
        var high = _random.Next(3) == 0 ? Key(_random.Next(KeyCount)) : null;
        using var iterator = Database.NewIterator(new ReadOptions
        {
            Snapshot = snapshot,
            LowerBound = low is null ? null : Utf8(low),
            UpperBound = high is null ? null : Utf8(high),
        });
        var expected = state.Entries
            .Where(e => (low is null || string.CompareOrdinal(e.Key, low) >= 0) && (high is null || string.CompareOrdinal(e.Key, high) < 0))
            .ToArray();
        var position = -1;
        for (var valid = iterator.SeekToFirst(); valid; valid = iterator.Next())
            Compare(iterator, expected, ++position);
        Assert.That(position + 1, Is.EqualTo(expected.Length), () => $"forward over {state}");
        position = expected.Length;
        for (var valid = iterator.SeekToLast(); valid; valid = iterator.Previous())
            Compare(iterator, expected, --position);
        Assert.That(position, Is.Zero, () => $"backward over {state}");
        Wander(iterator, expected);
    }

    // Seeks and turns about: the places where a merging iterator goes wrong.
    private void Wander(LsmIterator iterator, KeyValuePair<string, string>[] expected)
    {
        for (var i = 0; i < 6; i++)
        {
            var target = Key(_random.Next(KeyCount));
            var forward = _random.Next(2) == 0;
            var position = forward
                ? Array.FindIndex(expected, e => string.CompareOrdinal(e.Key, target) >= 0)
                : Array.FindLastIndex(expected, e => string.CompareOrdinal(e.Key, target) <= 0);
            var valid = forward ? iterator.Seek(Utf8(target)) : iterator.SeekForPrevious(Utf8(target));
            Assert.That(valid, Is.EqualTo(position >= 0), () => $"{(forward ? "seek" : "seek back")} to {target}");
            for (var step = 0; valid && step < 8; step++)
            {
                Compare(iterator, expected, position);
                if (_random.Next(2) == 0)
                {
                    valid = iterator.Next();
                    position++;
                }
                else
                {
                    valid = iterator.Previous();
                    position--;
                }

                Assert.That(valid, Is.EqualTo(position >= 0 && position < expected.Length));
            }
        }
    }

    private static void Compare(LsmIterator iterator, KeyValuePair<string, string>[] expected, int position)
    {
        Assert.That(position, Is.InRange(0, expected.Length - 1), () => $"unexpected key {Encoding.UTF8.GetString(iterator.Key)}");
        Assert.That(Encoding.UTF8.GetString(iterator.Key), Is.EqualTo(expected[position].Key));
        Assert.That(Encoding.UTF8.GetString(iterator.Value), Is.EqualTo(expected[position].Value));
    }

    private void DropSnapshots()
    {
        foreach (var (snapshot, _) in _snapshots)
            snapshot.Dispose();
        _snapshots.Clear();
    }

    private static byte[] Utf8(string text) => Encoding.UTF8.GetBytes(text);
}
