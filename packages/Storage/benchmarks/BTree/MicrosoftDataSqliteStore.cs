using Microsoft.Data.Sqlite;

namespace Gabbro.Storage.Benchmarks.BTree;

/// <summary>Microsoft.Data.Sqlite with prepared commands and parameters set in place, the settings of <see cref="SqliteStore"/>.</summary>
internal sealed class MicrosoftDataSqliteStore : IStore
{
    private readonly string _directory;
    private readonly bool _sync;
    private readonly SqliteConnection _connection;
    private readonly SqliteCommand _put;
    private readonly SqliteCommand _get;
    private readonly SqliteParameter _putKey;
    private readonly SqliteParameter _putValue;
    private readonly SqliteParameter _getKey;
    private readonly byte[] _key = new byte[16];
    private readonly byte[] _value = new byte[100];

    public MicrosoftDataSqliteStore(string directory, bool sync)
    {
        _directory = directory;
        _sync = sync;
        _connection = new SqliteConnection($"Data Source={Path.Combine(directory, "mds.db")};Pooling=False;Default Timeout=60");
        _connection.Open();
        foreach (var sql in SqliteStore.Settings(sync))
            Execute(sql);
        _put = Command("INSERT OR REPLACE INTO t VALUES($k,$v)");
        _putKey = _put.Parameters.Add("$k", SqliteType.Blob);
        _putValue = _put.Parameters.Add("$v", SqliteType.Blob);
        _get = Command("SELECT v FROM t WHERE k=$k");
        _getKey = _get.Parameters.Add("$k", SqliteType.Blob);
        _putKey.Value = _getKey.Value = _key;
        _putValue.Value = _value;
        _put.Prepare();
        _get.Prepare();
    }

    public void Put(ReadOnlySpan<byte> key, ReadOnlySpan<byte> value)
    {
        key.CopyTo(_key);
        value.CopyTo(_value);
        _put.ExecuteNonQuery();
    }

    public bool Get(ReadOnlySpan<byte> key, Span<byte> value)
    {
        key.CopyTo(_key);
        using var reader = _get.ExecuteReader();
        if (!reader.Read())
            return false;
        reader.GetFieldValue<byte[]>(0).CopyTo(value);
        return true;
    }

    public long Scan(out int count)
    {
        using var command = Command("SELECT k, v FROM t ORDER BY k");
        using var reader = command.ExecuteReader();
        long sum = 0;
        for (count = 0; reader.Read(); count++)
            sum += reader.GetFieldValue<byte[]>(0)[15] + reader.GetFieldValue<byte[]>(1)[5];
        return sum;
    }

    public IStore Share() => new MicrosoftDataSqliteStore(_directory, _sync);

    public void Dispose()
    {
        _put.Dispose();
        _get.Dispose();
        _connection.Dispose();
    }

    private void Execute(string sql)
    {
        using var command = Command(sql);
        command.ExecuteNonQuery();
    }

    private SqliteCommand Command(string sql)
    {
        var command = _connection.CreateCommand();
#pragma warning disable CA2100 // The texts are constants of this program.
        command.CommandText = sql;
#pragma warning restore CA2100
        return command;
    }
}
