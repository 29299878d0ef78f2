using Gabbro.Tools.Kvdb.Engines;

namespace Gabbro.Storage.Benchmarks.Lsm;

/// <summary>LevelDB with the buffers, cache and filters that the LSM engine has; its table files stay at 2 MB, their default.</summary>
internal sealed unsafe class LevelDbEngine : PeerEngine
{
    private readonly nint _db;
    private readonly string _path;
    private readonly nint _read = LevelDb.leveldb_readoptions_create();
    private readonly nint _write = LevelDb.leveldb_writeoptions_create();
    private readonly nint _synced = LevelDb.leveldb_writeoptions_create();

    public LevelDbEngine(string path, EngineOptions options)
        : base("leveldb")
    {
        _path = path;
        var settings = LevelDb.leveldb_options_create();
        LevelDb.leveldb_options_set_create_if_missing(settings, 1);
        LevelDb.leveldb_options_set_write_buffer_size(settings, (nuint)options.WriteBufferBytes);
        LevelDb.leveldb_options_set_cache(settings, LevelDb.leveldb_cache_create_lru((nuint)options.CacheBytes));
        LevelDb.leveldb_options_set_filter_policy(settings, LevelDb.leveldb_filterpolicy_create_bloom(10));
        LevelDb.leveldb_options_set_compression(settings, 0);
        LevelDb.leveldb_writeoptions_set_sync(_synced, 1);
        byte* error = null;
        _db = LevelDb.leveldb_open(settings, path, &error);
        LevelDb.Check(error);
    }

    public override void Put(ReadOnlySpan<byte> key, ReadOnlySpan<byte> value, bool sync)
    {
        byte* error = null;
        fixed (byte* k = key, v = value)
            LevelDb.leveldb_put(_db, sync ? _synced : _write, k, (nuint)key.Length, v, (nuint)value.Length, &error);
        LevelDb.Check(error);
    }

    public override void Delete(ReadOnlySpan<byte> key, bool sync)
    {
        byte* error = null;
        fixed (byte* k = key)
            LevelDb.leveldb_delete(_db, sync ? _synced : _write, k, (nuint)key.Length, &error);
        LevelDb.Check(error);
    }

    public override void Write(IReadOnlyList<(byte[] Key, byte[]? Value)> changes, bool sync)
    {
        var batch = LevelDb.leveldb_writebatch_create();
        for (var i = 0; i < changes.Count; i++)
        {
            var (key, value) = changes[i];
            fixed (byte* k = key, v = value)
            {
                if (value is null)
                    LevelDb.leveldb_writebatch_delete(batch, k, (nuint)key.Length);
                else
                    LevelDb.leveldb_writebatch_put(batch, k, (nuint)key.Length, v, (nuint)value.Length);
            }
        }

        byte* error = null;
        LevelDb.leveldb_write(_db, sync ? _synced : _write, batch, &error);
        LevelDb.leveldb_writebatch_destroy(batch);
        LevelDb.Check(error);
    }

    public override int Get(ReadOnlySpan<byte> key, Span<byte> destination)
    {
        byte* error = null;
        byte* value;
        nuint length;
        fixed (byte* k = key)
            value = LevelDb.leveldb_get(_db, _read, k, (nuint)key.Length, &length, &error);
        LevelDb.Check(error);
        if (value == null)
            return -1;
        new ReadOnlySpan<byte>(value, Math.Min((int)length, destination.Length)).CopyTo(destination);
        LevelDb.leveldb_free(value);
        return (int)length;
    }

    public override IEngineCursor NewCursor() => new Cursor(LevelDb.leveldb_create_iterator(_db, _read));

    public override void Settle() => WaitForQuiet(_path);

    public override void Compact() => LevelDb.leveldb_compact_range(_db, null, 0, null, 0);

    public override void Dispose() => LevelDb.leveldb_close(_db);

    private sealed class Cursor(nint iterator) : IEngineCursor
    {
        public ReadOnlySpan<byte> Key
        {
            get
            {
                nuint length;
                var key = LevelDb.leveldb_iter_key(iterator, &length);
                return new ReadOnlySpan<byte>(key, (int)length);
            }
        }

        public ReadOnlySpan<byte> Value
        {
            get
            {
                nuint length;
                var value = LevelDb.leveldb_iter_value(iterator, &length);
                return new ReadOnlySpan<byte>(value, (int)length);
            }
        }

        public bool First()
        {
            LevelDb.leveldb_iter_seek_to_first(iterator);
            return LevelDb.leveldb_iter_valid(iterator) != 0;
        }

        public bool Seek(ReadOnlySpan<byte> key)
        {
            fixed (byte* k = key)
                LevelDb.leveldb_iter_seek(iterator, k, (nuint)key.Length);
            return LevelDb.leveldb_iter_valid(iterator) != 0;
        }

        public bool Next()
        {
            LevelDb.leveldb_iter_next(iterator);
            return LevelDb.leveldb_iter_valid(iterator) != 0;
        }

        public void Dispose() => LevelDb.leveldb_iter_destroy(iterator);
    }
}
