namespace Gabbro.Storage.Benchmarks.BTree;

/// <summary>LMDB as its documentation advises: one environment a process, a read transaction kept and renewed.</summary>
internal sealed unsafe class LmdbStore : IStore
{
    private readonly nint _env;
    private readonly uint _dbi;
    private readonly bool _owns;
    private nint _reader;

    public LmdbStore(string directory, bool sync)
    {
        var path = Path.Combine(directory, "lmdb");
        Directory.CreateDirectory(path);
        Lmdb.Check(Lmdb.mdb_env_create(out _env));
        Lmdb.Check(Lmdb.mdb_env_set_mapsize(_env, 1u << 31));
        Lmdb.Check(Lmdb.mdb_env_open(_env, path, (sync ? 0 : Lmdb.NoSync) | Lmdb.NoTls, 0b110_100_100));
        Lmdb.Check(Lmdb.mdb_txn_begin(_env, 0, 0, out var txn));
        Lmdb.Check(Lmdb.mdb_dbi_open(txn, null, 0, out _dbi));
        Lmdb.Check(Lmdb.mdb_txn_commit(txn));
        _owns = true;
    }

    private LmdbStore(nint env, uint dbi)
    {
        _env = env;
        _dbi = dbi;
    }

    public void Put(ReadOnlySpan<byte> key, ReadOnlySpan<byte> value)
    {
        fixed (byte* k = key)
        fixed (byte* v = value)
        {
            var keyValue = new Lmdb.Value { Size = (nuint)key.Length, Data = k };
            var data = new Lmdb.Value { Size = (nuint)value.Length, Data = v };
            Lmdb.Check(Lmdb.mdb_txn_begin(_env, 0, 0, out var txn));
            Lmdb.Check(Lmdb.mdb_put(txn, _dbi, &keyValue, &data, 0));
            Lmdb.Check(Lmdb.mdb_txn_commit(txn));
        }
    }

    public bool Get(ReadOnlySpan<byte> key, Span<byte> value)
    {
        if (_reader == 0)
            Lmdb.Check(Lmdb.mdb_txn_begin(_env, 0, Lmdb.ReadOnly, out _reader));
        else
            Lmdb.Check(Lmdb.mdb_txn_renew(_reader));
        try
        {
            fixed (byte* k = key)
            {
                var keyValue = new Lmdb.Value { Size = (nuint)key.Length, Data = k };
                Lmdb.Value data;
                if (Lmdb.mdb_get(_reader, _dbi, &keyValue, &data) != 0)
                    return false;
                new ReadOnlySpan<byte>(data.Data, (int)data.Size).CopyTo(value);
                return true;
            }
        }
        finally
        {
            Lmdb.mdb_txn_reset(_reader);
        }
    }

    public long Scan(out int count)
    {
        Lmdb.Check(Lmdb.mdb_txn_begin(_env, 0, Lmdb.ReadOnly, out var txn));
        Lmdb.Check(Lmdb.mdb_cursor_open(txn, _dbi, out var cursor));
        Lmdb.Value key;
        Lmdb.Value value;
        long sum = 0;
        count = 0;
        for (var code = Lmdb.mdb_cursor_get(cursor, &key, &value, Lmdb.First); code == 0; code = Lmdb.mdb_cursor_get(cursor, &key, &value, Lmdb.Next))
        {
            sum += key.Data[key.Size - 1] + value.Data[5];
            count++;
        }

        Lmdb.mdb_cursor_close(cursor);
        Lmdb.mdb_txn_reset(txn);
        return sum;
    }

    public IStore Share() => new LmdbStore(_env, _dbi);

    public void Dispose()
    {
        if (_owns)
            Lmdb.mdb_env_close(_env);
    }
}
