using System.Globalization;
using Gabbro.Storage;
using Gabbro.Storage.Lsm;

namespace Gabbro.Tools.Kvdb.Engines;

/// <summary>The LSM engine behind the tool's interface.</summary>
internal sealed class LsmEngine : IEngine
{
    private const int MaxAttempts = 1000;

    public LsmEngine(string path, EngineOptions options)
    {
        var lsm = new LsmOptions
        {
            CreateIfMissing = options.Create,
            BlockCacheSize = options.CacheBytes,
            SyncPolicy = options.SyncByDefault ? LogSyncPolicy.EveryWrite : LogSyncPolicy.None,
            DefaultFamily =
            {
                WriteBufferSize = options.WriteBufferBytes,
                Compression = Enum.Parse<CompressionKind>(options.Compression, ignoreCase: true),
            },
        };
        Database = options.ReadOnly ? LsmDatabase.OpenReadOnly(path, lsm) : LsmDatabase.Open(path, lsm);
    }

    public LsmDatabase Database { get; }

    public string Name => "lsm";

    public long BytesWritten
    {
        get
        {
            var s = Database.GetStatistics();
            return s.BytesCommitted + s.FlushBytes + s.CompactionBytesWritten;
        }
    }

    public void Put(ReadOnlySpan<byte> key, ReadOnlySpan<byte> value, bool sync) => Database.Put(key, value, Options(sync));

    public void Delete(ReadOnlySpan<byte> key, bool sync) => Database.Delete(key, Options(sync));

    public void DeleteRange(ReadOnlySpan<byte> begin, ReadOnlySpan<byte> end, bool sync) => Database.DeleteRange(begin, end, Options(sync));

    [ThreadStatic]
    private static WriteBatch? t_batch;

    public void Write(IReadOnlyList<(byte[] Key, byte[]? Value)> changes, bool sync)
    {
        var batch = t_batch ??= new WriteBatch();
        batch.Clear();
        for (var i = 0; i < changes.Count; i++)
        {
            var (key, value) = changes[i];
            if (value is null)
                batch.Delete(key);
            else
                batch.Put(key, value);
        }

        Database.Write(batch, Options(sync));
    }

    public int Get(ReadOnlySpan<byte> key, Span<byte> destination) => Database.Get(key, destination);

    public byte[]? Get(ReadOnlySpan<byte> key, IEngineSnapshot? snapshot = null) => Database.Get(key, Read(snapshot));

    public void Scan(byte[]? from, byte[]? to, bool descending, IEngineSnapshot? snapshot, EntryVisitor visit)
    {
        using var iterator = Database.NewIterator(new ReadOptions { Snapshot = (snapshot as View)?.Snapshot, LowerBound = from, UpperBound = to });
        var valid = descending ? iterator.SeekToLast() : iterator.SeekToFirst();
        while (valid && visit(iterator.Key, iterator.Value))
            valid = descending ? iterator.Previous() : iterator.Next();
    }

    public IEngineCursor NewCursor() => new Cursor(Database.NewIterator());

    public IEngineSnapshot CreateSnapshot() => new View(Database.CreateSnapshot());

    public T Transact<T>(Func<IEngineTransaction, T> body, bool sync)
    {
        for (var attempt = 1; ; attempt++)
        {
            using var transaction = Database.BeginTransaction(TransactionMode.Pessimistic, TimeSpan.FromSeconds(5));
            try
            {
                var result = body(new Transaction(transaction));
                transaction.Commit(Options(sync));
                return result;
            }
            catch (StorageException e) when (e.Kind is StorageErrorKind.Deadlock or StorageErrorKind.Busy && attempt < MaxAttempts)
            {
                // Given way to another transaction; what it waited for is done now.
            }
        }
    }

    public void Sync() => Database.Sync();

    public void Flush() => Database.Flush();

    public void Compact() => Database.CompactRange();

    public void Checkpoint(string directory) => Database.Checkpoint(directory);

    public IReadOnlyList<string> Verify() => Database.Verify().Problems.Select(p => p.Message).ToArray();

    public void Settle()
    {
        Database.Flush();
        Database.WaitForBackground();
    }

    public IReadOnlyList<(string Name, string Value)> Describe()
    {
        var s = Database.GetStatistics();
        var culture = CultureInfo.InvariantCulture;
        var facts = new List<(string, string)>
        {
            ("Table entries", s.TableEntries.ToString("N0", culture)),
            ("Memtable entries", s.MemtableEntries.ToString("N0", culture)),
            ("Memtable size", Sizes.Text(s.MemtableBytes)),
            ("WAL size", Sizes.Text(s.LogBytes)),
            ("Table size", Sizes.Text(s.TableBytes)),
            ("Block cache", Sizes.Text(s.CacheBytes)),
            ("Block reads", s.BlockReads.ToString("N0", culture)),
            ("Filter savings", s.FilterSavings.ToString("N0", culture)),
            ("Flushes", s.Flushes.ToString(culture)),
            ("Compactions", s.Compactions.ToString(culture)),
            ("Write amplification", s.WriteAmplification.ToString("F2", culture)),
            ("Snapshots", s.Snapshots.ToString(culture)),
        };
        foreach (var level in s.Levels.Where(l => l.Tables.Count > 0))
            facts.Add(($"L{level.Level} SSTables", $"{level.Tables.Count} ({Sizes.Text(level.Bytes)}, {level.Entries.ToString("N0", culture)} entries)"));
        return facts;
    }

    public void Dispose() => Database.Dispose();

    private static WriteOptions Options(bool sync) => sync ? WriteOptions.Synced : default;

    private static ReadOptions? Read(IEngineSnapshot? snapshot) => snapshot is View view ? new ReadOptions { Snapshot = view.Snapshot } : null;

    private sealed class View(Snapshot snapshot) : IEngineSnapshot
    {
        public Snapshot Snapshot => snapshot;

        public void Dispose() => snapshot.Dispose();
    }

    private sealed class Cursor(LsmIterator iterator) : IEngineCursor
    {
        public ReadOnlySpan<byte> Key => iterator.Key;

        public ReadOnlySpan<byte> Value => iterator.Value;

        public bool First() => iterator.SeekToFirst();

        public bool Seek(ReadOnlySpan<byte> key) => iterator.Seek(key);

        public bool Next() => iterator.Next();

        public void Dispose() => iterator.Dispose();
    }

    private sealed class Transaction(LsmTransaction transaction) : IEngineTransaction
    {
        public byte[]? Get(byte[] key) => transaction.GetForUpdate(key);

        public void Put(byte[] key, byte[] value) => transaction.Put(key, value);
    }
}
