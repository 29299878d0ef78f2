namespace Gabbro.Storage.Benchmarks.BTree;

/// <summary>SQLite in WAL mode with prepared statements on a WITHOUT ROWID table, called directly.</summary>
internal sealed unsafe class SqliteStore : IStore
{
    private readonly string _path;
    private readonly bool _sync;
    private readonly nint _db;
    private readonly nint _put;
    private readonly nint _get;

    public SqliteStore(string directory, bool sync)
    {
        _path = Path.Combine(directory, "sqlite.db");
        _sync = sync;
        Check(Sqlite.sqlite3_open(_path, out _db));
        Check(Sqlite.sqlite3_busy_timeout(_db, 60_000));
        foreach (var sql in Settings(sync))
            Execute(sql);
        Check(Sqlite.sqlite3_prepare_v2(_db, "INSERT OR REPLACE INTO t VALUES(?,?)", -1, out _put, 0));
        Check(Sqlite.sqlite3_prepare_v2(_db, "SELECT v FROM t WHERE k=?", -1, out _get, 0));
    }

    /// <summary>The settings its documentation advises for speed, and the table.</summary>
    public static string[] Settings(bool sync) =>
    [
        "PRAGMA journal_mode=WAL",
        sync ? "PRAGMA synchronous=FULL" : "PRAGMA synchronous=OFF",
        "PRAGMA cache_size=-131072",
        "PRAGMA mmap_size=1073741824",
        "CREATE TABLE IF NOT EXISTS t(k BLOB PRIMARY KEY, v BLOB) WITHOUT ROWID",
    ];

    public void Put(ReadOnlySpan<byte> key, ReadOnlySpan<byte> value)
    {
        fixed (byte* k = key)
        fixed (byte* v = value)
        {
            _ = Sqlite.sqlite3_bind_blob(_put, 1, k, key.Length, 0);
            _ = Sqlite.sqlite3_bind_blob(_put, 2, v, value.Length, 0);
            _ = Sqlite.sqlite3_step(_put);
            Check(Sqlite.sqlite3_reset(_put));
        }
    }

    public bool Get(ReadOnlySpan<byte> key, Span<byte> value)
    {
        fixed (byte* k = key)
        {
            _ = Sqlite.sqlite3_bind_blob(_get, 1, k, key.Length, 0);
            var found = Sqlite.sqlite3_step(_get) == Sqlite.Row;
            if (found)
                new ReadOnlySpan<byte>(Sqlite.sqlite3_column_blob(_get, 0), value.Length).CopyTo(value);
            _ = Sqlite.sqlite3_reset(_get);
            return found;
        }
    }

    public long Scan(out int count)
    {
        Check(Sqlite.sqlite3_prepare_v2(_db, "SELECT k, v FROM t ORDER BY k", -1, out var scan, 0));
        long sum = 0;
        count = 0;
        while (Sqlite.sqlite3_step(scan) == Sqlite.Row)
        {
            sum += Sqlite.sqlite3_column_blob(scan, 0)[15] + Sqlite.sqlite3_column_blob(scan, 1)[5];
            count++;
        }

        _ = Sqlite.sqlite3_finalize(scan);
        return sum;
    }

    public IStore Share() => new SqliteStore(Path.GetDirectoryName(_path)!, _sync);

    public void Dispose()
    {
        _ = Sqlite.sqlite3_finalize(_put);
        _ = Sqlite.sqlite3_finalize(_get);
        _ = Sqlite.sqlite3_close(_db);
    }

    private void Execute(string sql) => Check(Sqlite.sqlite3_exec(_db, sql, 0, 0, 0));

    private static void Check(int code)
    {
        if (code != 0)
            throw new InvalidOperationException($"sqlite error {code}");
    }
}
