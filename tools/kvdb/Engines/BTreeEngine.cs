using System.Globalization;
using Gabbro.Storage.BTree;

namespace Gabbro.Tools.Kvdb.Engines;

/// <summary>The B+tree engine behind the tool's interface.</summary>
internal sealed class BTreeEngine : IEngine
{
    private readonly CommitDurability _default;

    public BTreeEngine(string path, EngineOptions options)
    {
        _default = options.SyncByDefault ? CommitDurability.Full : CommitDurability.Relaxed;
        // Benchmarks name a directory for whichever engine.
        var file = Directory.Exists(path) ? Path.Combine(path, "data.db") : path;
        Database = BTreeDatabase.Open(file, new BTreeOptions
        {
            CreateIfMissing = options.Create,
            ReadOnly = options.ReadOnly,
            Durability = _default,
        });
    }

    public BTreeDatabase Database { get; }

    public string Name => "btree";

    public long BytesWritten => Database.BytesWritten;

    public void Put(ReadOnlySpan<byte> key, ReadOnlySpan<byte> value, bool sync)
    {
        using var transaction = Database.BeginWrite();
        transaction.Put(key, value);
        transaction.Commit(Durability(sync));
    }

    public void Delete(ReadOnlySpan<byte> key, bool sync)
    {
        using var transaction = Database.BeginWrite();
        transaction.Delete(key);
        transaction.Commit(Durability(sync));
    }

    public void DeleteRange(ReadOnlySpan<byte> begin, ReadOnlySpan<byte> end, bool sync)
    {
        using var transaction = Database.BeginWrite();
        transaction.DeleteRange(begin, end);
        transaction.Commit(Durability(sync));
    }

    public void Write(IReadOnlyList<(byte[] Key, byte[]? Value)> changes, bool sync)
    {
        using var transaction = Database.BeginWrite();
        for (var i = 0; i < changes.Count; i++)
        {
            var (key, value) = changes[i];
            if (value is null)
                transaction.Delete(key);
            else
                transaction.Put(key, value);
        }

        transaction.Commit(Durability(sync));
    }

    public int Get(ReadOnlySpan<byte> key, Span<byte> destination) =>
        Database.TryGet(key, destination, out var length) ? length : -1;

    public byte[]? Get(ReadOnlySpan<byte> key, IEngineSnapshot? snapshot = null) =>
        snapshot is View view ? view.Transaction.Get(key) : Database.Get(key);

    public void Scan(byte[]? from, byte[]? to, bool descending, IEngineSnapshot? snapshot, EntryVisitor visit)
    {
        if (snapshot is View view)
        {
            Scan(view.Transaction, from, to, descending, visit);
            return;
        }

        using var transaction = Database.BeginRead();
        Scan(transaction, from, to, descending, visit);
    }

    public IEngineCursor NewCursor() => new Cursor(Database.BeginRead());

    public IEngineSnapshot CreateSnapshot() => new View(Database.BeginRead());

    public T Transact<T>(Func<IEngineTransaction, T> body, bool sync)
    {
        using var transaction = Database.BeginWrite();
        var result = body(new Change(transaction));
        transaction.Commit(Durability(sync));
        return result;
    }

    public void Sync() => Database.Flush();

    public void Flush() => Database.Checkpoint();

    public void Compact() => Database.Vacuum();

    public void Checkpoint(string directory) => Database.BackUp(directory);

    public IReadOnlyList<string> Verify() => Database.Check().Faults;

    public void Settle() => Database.Checkpoint();

    public IReadOnlyList<(string Name, string Value)> Describe()
    {
        var s = Database.GetStatistics();
        return
        [
            ("records", Text(s.Records)), ("depth", Text(s.Depth)), ("file_bytes", Text(s.FileBytes)),
            ("fill_factor", s.FillFactor.ToString("f2", CultureInfo.InvariantCulture)), ("free_pages", Text(s.FreePages)),
            ("log_bytes", Text(s.LogBytes)), ("connections", Text(s.Connections)), ("readers", Text(s.Readers)),
        ];
    }

    public void Dispose() => Database.Dispose();

    private static void Scan(ReadTransaction transaction, byte[]? from, byte[]? to, bool descending, EntryVisitor visit)
    {
        var cursor = transaction.OpenCursor();
        if (descending)
        {
            var valid = to is null ? cursor.SeekLast() : cursor.SeekBelow(to);
            while (valid && (from is null || cursor.Key.SequenceCompareTo(from) >= 0) && visit(cursor.Key, cursor.Value))
                valid = cursor.Previous();
        }
        else
        {
            var valid = from is null ? cursor.SeekFirst() : cursor.Seek(from);
            while (valid && (to is null || cursor.Key.SequenceCompareTo(to) < 0) && visit(cursor.Key, cursor.Value))
                valid = cursor.Next();
        }
    }

    private static string Text(long number) => number.ToString(CultureInfo.InvariantCulture);

    private CommitDurability Durability(bool sync) => sync ? CommitDurability.Full : _default;

    private sealed class View(ReadTransaction transaction) : IEngineSnapshot
    {
        public ReadTransaction Transaction => transaction;

        public void Dispose() => transaction.Dispose();
    }

    private sealed class Change(WriteTransaction transaction) : IEngineTransaction
    {
        public byte[]? Get(byte[] key) => transaction.TryGet(key, out var value) ? value.ToArray() : null;

        public void Put(byte[] key, byte[] value) => transaction.Put(key, value);
    }

    // The engine's cursor lives on the stack; here its position is kept as the current key.
    private sealed class Cursor(ReadTransaction transaction) : IEngineCursor
    {
        private byte[] _key = [];
        private byte[] _value = [];
        private int _keyLength;
        private int _valueLength;

        public ReadOnlySpan<byte> Key => _key.AsSpan(0, _keyLength);

        public ReadOnlySpan<byte> Value => _value.AsSpan(0, _valueLength);

        public bool First()
        {
            var cursor = transaction.OpenCursor();
            return Keep(cursor.SeekFirst(), ref cursor);
        }

        public bool Seek(ReadOnlySpan<byte> key)
        {
            var cursor = transaction.OpenCursor();
            return Keep(cursor.Seek(key), ref cursor);
        }

        public bool Next()
        {
            var cursor = transaction.OpenCursor();
            var valid = cursor.SeekExact(Key) ? cursor.Next() : cursor.IsValid;
            return Keep(valid, ref cursor);
        }

        public void Dispose() => transaction.Dispose();

        private bool Keep(bool valid, ref BTreeCursor cursor)
        {
            if (!valid)
                return false;
            Copy(cursor.Key, ref _key, out _keyLength);
            Copy(cursor.Value, ref _value, out _valueLength);
            return true;
        }

        private static void Copy(ReadOnlySpan<byte> source, ref byte[] target, out int length)
        {
            if (target.Length < source.Length)
                target = new byte[Math.Max(source.Length, 128)];
            source.CopyTo(target);
            length = source.Length;
        }
    }
}
