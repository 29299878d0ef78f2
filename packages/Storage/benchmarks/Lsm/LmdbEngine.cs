using Gabbro.Storage.Benchmarks.BTree;
using Gabbro.Tools.Kvdb.Engines;

namespace Gabbro.Storage.Benchmarks.Lsm;

/// <summary>LMDB as its documentation advises: MDB_NOSYNC but for synced writes, a read transaction a thread kept and renewed.</summary>
internal sealed unsafe class LmdbEngine : PeerEngine
{
    private readonly nint _env;
    private readonly uint _dbi;
    private readonly ThreadLocal<nint> _reader;

    public LmdbEngine(string path, EngineOptions options)
        : base("lmdb")
    {
        Directory.CreateDirectory(path);
        Lmdb.Check(Lmdb.mdb_env_create(out _env));
        Lmdb.Check(Lmdb.mdb_env_set_mapsize(_env, (nuint)8 << 30));
        Lmdb.Check(Lmdb.mdb_env_open(_env, path, (options.SyncByDefault ? 0 : Lmdb.NoSync) | Lmdb.NoTls, 0b110_100_100));
        Lmdb.Check(Lmdb.mdb_txn_begin(_env, 0, 0, out var txn));
        Lmdb.Check(Lmdb.mdb_dbi_open(txn, null, 0, out _dbi));
        Lmdb.Check(Lmdb.mdb_txn_commit(txn));
        _reader = new ThreadLocal<nint>(trackAllValues: true);
    }

    public override void Put(ReadOnlySpan<byte> key, ReadOnlySpan<byte> value, bool sync)
    {
        Lmdb.Check(Lmdb.mdb_txn_begin(_env, 0, 0, out var txn));
        Put(txn, key, value);
        Lmdb.Check(Lmdb.mdb_txn_commit(txn));
    }

    public override void Delete(ReadOnlySpan<byte> key, bool sync)
    {
        Lmdb.Check(Lmdb.mdb_txn_begin(_env, 0, 0, out var txn));
        Delete(txn, key);
        Lmdb.Check(Lmdb.mdb_txn_commit(txn));
    }

    public override void Write(IReadOnlyList<(byte[] Key, byte[]? Value)> changes, bool sync)
    {
        Lmdb.Check(Lmdb.mdb_txn_begin(_env, 0, 0, out var txn));
        for (var i = 0; i < changes.Count; i++)
        {
            if (changes[i].Value is { } value)
                Put(txn, changes[i].Key, value);
            else
                Delete(txn, changes[i].Key);
        }

        Lmdb.Check(Lmdb.mdb_txn_commit(txn));
    }

    public override int Get(ReadOnlySpan<byte> key, Span<byte> destination)
    {
        var reader = _reader.Value;
        if (reader == 0)
        {
            Lmdb.Check(Lmdb.mdb_txn_begin(_env, 0, Lmdb.ReadOnly, out reader));
            _reader.Value = reader;
        }
        else
        {
            Lmdb.Check(Lmdb.mdb_txn_renew(reader));
        }

        var result = -1;
        fixed (byte* k = key)
        {
            var keyValue = new Lmdb.Value { Size = (nuint)key.Length, Data = k };
            Lmdb.Value data;
            if (Lmdb.mdb_get(reader, _dbi, &keyValue, &data) == 0)
            {
                result = (int)data.Size;
                new ReadOnlySpan<byte>(data.Data, Math.Min(result, destination.Length)).CopyTo(destination);
            }
        }

        Lmdb.mdb_txn_reset(reader);
        return result;
    }

    public override IEngineCursor NewCursor() => new Cursor(_env, _dbi);

    public override void Settle() => Lmdb.Check(Lmdb.mdb_env_sync(_env, 1));

    public override void Compact()
    {
    }

    public override void Dispose()
    {
        foreach (var reader in _reader.Values.Where(r => r != 0))
            Lmdb.mdb_txn_abort(reader);
        _reader.Dispose();
        Lmdb.mdb_env_close(_env);
    }

    private void Put(nint txn, ReadOnlySpan<byte> key, ReadOnlySpan<byte> value)
    {
        fixed (byte* k = key, v = value)
        {
            var keyValue = new Lmdb.Value { Size = (nuint)key.Length, Data = k };
            var data = new Lmdb.Value { Size = (nuint)value.Length, Data = v };
            Lmdb.Check(Lmdb.mdb_put(txn, _dbi, &keyValue, &data, 0));
        }
    }

    private void Delete(nint txn, ReadOnlySpan<byte> key)
    {
        fixed (byte* k = key)
        {
            var keyValue = new Lmdb.Value { Size = (nuint)key.Length, Data = k };
            _ = Lmdb.mdb_del(txn, _dbi, &keyValue, null);
        }
    }

    private sealed class Cursor : IEngineCursor
    {
        private readonly nint _txn;
        private readonly nint _cursor;
        private Lmdb.Value _key;
        private Lmdb.Value _value;

        public Cursor(nint env, uint dbi)
        {
            Lmdb.Check(Lmdb.mdb_txn_begin(env, 0, Lmdb.ReadOnly, out _txn));
            Lmdb.Check(Lmdb.mdb_cursor_open(_txn, dbi, out _cursor));
        }

        public ReadOnlySpan<byte> Key => new(_key.Data, (int)_key.Size);

        public ReadOnlySpan<byte> Value => new(_value.Data, (int)_value.Size);

        public bool First() => Move(Lmdb.First);

        public bool Seek(ReadOnlySpan<byte> key)
        {
            fixed (byte* k = key)
            {
                _key = new Lmdb.Value { Size = (nuint)key.Length, Data = k };
                return Move(Lmdb.SetRange);
            }
        }

        public bool Next() => Move(Lmdb.Next);

        public void Dispose()
        {
            Lmdb.mdb_cursor_close(_cursor);
            Lmdb.mdb_txn_abort(_txn);
        }

        private bool Move(int operation)
        {
            fixed (Lmdb.Value* k = &_key, v = &_value)
                return Lmdb.mdb_cursor_get(_cursor, k, v, operation) == 0;
        }
    }
}
