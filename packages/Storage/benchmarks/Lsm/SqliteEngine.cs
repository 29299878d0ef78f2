using Gabbro.Storage.Benchmarks.BTree;
using Gabbro.Tools.Kvdb.Engines;

namespace Gabbro.Storage.Benchmarks.Lsm;

/// <summary>SQLite in WAL mode, prepared statements on a WITHOUT ROWID table, a connection a thread.</summary>
internal sealed class SqliteEngine : PeerEngine
{
    private readonly ThreadLocal<Connection> _connection;

    public SqliteEngine(string path, EngineOptions options)
        : base("sqlite")
    {
        Directory.CreateDirectory(path);
        var file = Path.Combine(path, "sqlite.db");
        _connection = new ThreadLocal<Connection>(() => new Connection(file, options), trackAllValues: true);
        _ = _connection.Value;
    }

    public override void Put(ReadOnlySpan<byte> key, ReadOnlySpan<byte> value, bool sync) => _connection.Value!.Put(key, value);

    public override void Delete(ReadOnlySpan<byte> key, bool sync) => _connection.Value!.Delete(key);

    public override void Write(IReadOnlyList<(byte[] Key, byte[]? Value)> changes, bool sync)
    {
        var connection = _connection.Value!;
        connection.Execute("BEGIN IMMEDIATE");
        for (var i = 0; i < changes.Count; i++)
        {
            if (changes[i].Value is { } value)
                connection.Put(changes[i].Key, value);
            else
                connection.Delete(changes[i].Key);
        }

        connection.Execute("COMMIT");
    }

    public override int Get(ReadOnlySpan<byte> key, Span<byte> destination) => _connection.Value!.Get(key, destination);

    public override IEngineCursor NewCursor() => new Cursor(_connection.Value!);

    public override void Settle() => _connection.Value!.Execute("PRAGMA wal_checkpoint(TRUNCATE)");

    public override void Compact() => Settle();

    public override void Dispose()
    {
        foreach (var connection in _connection.Values)
            connection.Dispose();
        _connection.Dispose();
    }

    private sealed unsafe class Connection : IDisposable
    {
        private readonly nint _db;
        private readonly nint _put;
        private readonly nint _get;
        private readonly nint _delete;

        public Connection(string file, EngineOptions options)
        {
            Check(Sqlite.sqlite3_open(file, out _db));
            Check(Sqlite.sqlite3_busy_timeout(_db, 60_000));
            Execute("PRAGMA journal_mode=WAL");
            Execute(options.SyncByDefault ? "PRAGMA synchronous=FULL" : "PRAGMA synchronous=OFF");
            Execute($"PRAGMA cache_size=-{options.CacheBytes >> 10}");
            Execute("PRAGMA mmap_size=2147483648");
            Execute("CREATE TABLE IF NOT EXISTS t(k BLOB PRIMARY KEY, v BLOB) WITHOUT ROWID");
            _put = Prepare("INSERT OR REPLACE INTO t VALUES(?,?)");
            _get = Prepare("SELECT v FROM t WHERE k=?");
            _delete = Prepare("DELETE FROM t WHERE k=?");
        }

        public nint Prepare(string sql)
        {
            Check(Sqlite.sqlite3_prepare_v2(_db, sql, -1, out var statement, 0));
            return statement;
        }

        public void Put(ReadOnlySpan<byte> key, ReadOnlySpan<byte> value)
        {
            fixed (byte* k = key, v = value)
            {
                _ = Sqlite.sqlite3_bind_blob(_put, 1, k, key.Length, 0);
                _ = Sqlite.sqlite3_bind_blob(_put, 2, v, value.Length, 0);
                _ = Sqlite.sqlite3_step(_put);
                Check(Sqlite.sqlite3_reset(_put));
            }
        }

        public void Delete(ReadOnlySpan<byte> key)
        {
            fixed (byte* k = key)
            {
                _ = Sqlite.sqlite3_bind_blob(_delete, 1, k, key.Length, 0);
                _ = Sqlite.sqlite3_step(_delete);
                Check(Sqlite.sqlite3_reset(_delete));
            }
        }

        public int Get(ReadOnlySpan<byte> key, Span<byte> destination)
        {
            var length = -1;
            fixed (byte* k = key)
            {
                _ = Sqlite.sqlite3_bind_blob(_get, 1, k, key.Length, 0);
                if (Sqlite.sqlite3_step(_get) == Sqlite.Row)
                {
                    var value = Sqlite.sqlite3_column_blob(_get, 0);
                    length = Sqlite.sqlite3_column_bytes(_get, 0);
                    new ReadOnlySpan<byte>(value, Math.Min(length, destination.Length)).CopyTo(destination);
                }

                _ = Sqlite.sqlite3_reset(_get);
            }

            return length;
        }

        public void Execute(string sql) => Check(Sqlite.sqlite3_exec(_db, sql, 0, 0, 0));

        public void Dispose()
        {
            _ = Sqlite.sqlite3_finalize(_put);
            _ = Sqlite.sqlite3_finalize(_get);
            _ = Sqlite.sqlite3_finalize(_delete);
            _ = Sqlite.sqlite3_close(_db);
        }

        private static void Check(int code)
        {
            if (code != 0)
                throw new InvalidOperationException($"sqlite error {code}");
        }
    }

    // SQLITE_TRANSIENT as the destructor: the key is copied, for the statement outlives the call.
    private sealed unsafe class Cursor(Connection connection) : IEngineCursor
    {
        private readonly nint _seek = connection.Prepare("SELECT k, v FROM t WHERE k >= ? ORDER BY k");

        public ReadOnlySpan<byte> Key => Column(0);

        public ReadOnlySpan<byte> Value => Column(1);

        public bool First() => Seek([0]);

        public bool Seek(ReadOnlySpan<byte> key)
        {
            _ = Sqlite.sqlite3_reset(_seek);
            fixed (byte* k = key)
                _ = Sqlite.sqlite3_bind_blob(_seek, 1, k, key.Length, -1);
            return Next();
        }

        public bool Next() => Sqlite.sqlite3_step(_seek) == Sqlite.Row;

        public void Dispose() => _ = Sqlite.sqlite3_finalize(_seek);

        private ReadOnlySpan<byte> Column(int column) => new(Sqlite.sqlite3_column_blob(_seek, column), Sqlite.sqlite3_column_bytes(_seek, column));
    }
}
