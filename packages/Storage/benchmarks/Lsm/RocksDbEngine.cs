using Gabbro.Tools.Kvdb.Engines;

namespace Gabbro.Storage.Benchmarks.Lsm;

/// <summary>RocksDB with the buffers, cache, filters and threads that the LSM engine has.</summary>
internal sealed unsafe class RocksDbEngine : PeerEngine
{
    private readonly nint _db;
    private readonly nint _read = RocksDb.rocksdb_readoptions_create();
    private readonly nint _write = RocksDb.rocksdb_writeoptions_create();
    private readonly nint _synced = RocksDb.rocksdb_writeoptions_create();

    public RocksDbEngine(string path, EngineOptions options)
        : base("rocksdb")
    {
        var table = RocksDb.rocksdb_block_based_options_create();
        RocksDb.rocksdb_block_based_options_set_block_cache(table, RocksDb.rocksdb_cache_create_lru((nuint)options.CacheBytes));
        RocksDb.rocksdb_block_based_options_set_filter_policy(table, RocksDb.rocksdb_filterpolicy_create_bloom_full(10));
        RocksDb.rocksdb_block_based_options_set_format_version(table, 5);
        var settings = RocksDb.rocksdb_options_create();
        RocksDb.rocksdb_options_set_create_if_missing(settings, 1);
        RocksDb.rocksdb_options_set_write_buffer_size(settings, (nuint)options.WriteBufferBytes);
        RocksDb.rocksdb_options_set_max_write_buffer_number(settings, 3);
        RocksDb.rocksdb_options_set_max_background_jobs(settings, 2);
        RocksDb.rocksdb_options_set_max_open_files(settings, -1);
        RocksDb.rocksdb_options_set_compression(settings, options.Compression == "lz4" ? 4 : 0);
        RocksDb.rocksdb_options_set_block_based_table_factory(settings, table);
        RocksDb.rocksdb_writeoptions_set_sync(_synced, 1);
        byte* error = null;
        _db = RocksDb.rocksdb_open(settings, path, &error);
        RocksDb.Check(error);
    }

    public override void Put(ReadOnlySpan<byte> key, ReadOnlySpan<byte> value, bool sync)
    {
        byte* error = null;
        fixed (byte* k = key, v = value)
            RocksDb.rocksdb_put(_db, sync ? _synced : _write, k, (nuint)key.Length, v, (nuint)value.Length, &error);
        RocksDb.Check(error);
    }

    public override void Delete(ReadOnlySpan<byte> key, bool sync)
    {
        byte* error = null;
        fixed (byte* k = key)
            RocksDb.rocksdb_delete(_db, sync ? _synced : _write, k, (nuint)key.Length, &error);
        RocksDb.Check(error);
    }

    public override void Write(IReadOnlyList<(byte[] Key, byte[]? Value)> changes, bool sync)
    {
        var batch = RocksDb.rocksdb_writebatch_create();
        for (var i = 0; i < changes.Count; i++)
        {
            var (key, value) = changes[i];
            fixed (byte* k = key, v = value)
            {
                if (value is null)
                    RocksDb.rocksdb_writebatch_delete(batch, k, (nuint)key.Length);
                else
                    RocksDb.rocksdb_writebatch_put(batch, k, (nuint)key.Length, v, (nuint)value.Length);
            }
        }

        byte* error = null;
        RocksDb.rocksdb_write(_db, sync ? _synced : _write, batch, &error);
        RocksDb.rocksdb_writebatch_destroy(batch);
        RocksDb.Check(error);
    }

    public override int Get(ReadOnlySpan<byte> key, Span<byte> destination)
    {
        byte* error = null;
        nint slice;
        fixed (byte* k = key)
            slice = RocksDb.rocksdb_get_pinned(_db, _read, k, (nuint)key.Length, &error);
        RocksDb.Check(error);
        if (slice == 0)
            return -1;
        nuint length;
        var value = RocksDb.rocksdb_pinnableslice_value(slice, &length);
        new ReadOnlySpan<byte>(value, Math.Min((int)length, destination.Length)).CopyTo(destination);
        RocksDb.rocksdb_pinnableslice_destroy(slice);
        return (int)length;
    }

    public override IEngineCursor NewCursor() => new Cursor(RocksDb.rocksdb_create_iterator(_db, _read));

    public override void Settle()
    {
        byte* error = null;
        RocksDb.rocksdb_flush(_db, RocksDb.rocksdb_flushoptions_create(), &error);
        RocksDb.Check(error);
        while (Property("rocksdb.compaction-pending") + Property("rocksdb.num-running-compactions") + Property("rocksdb.num-running-flushes") > 0)
            Thread.Sleep(10);
    }

    public override void Compact() => RocksDb.rocksdb_compact_range(_db, null, 0, null, 0);

    public override void Dispose() => RocksDb.rocksdb_close(_db);

    private ulong Property(string name)
    {
        ulong value;
        return RocksDb.rocksdb_property_int(_db, name, &value) == 0 ? value : 0;
    }

    private sealed class Cursor(nint iterator) : IEngineCursor
    {
        public ReadOnlySpan<byte> Key
        {
            get
            {
                nuint length;
                var key = RocksDb.rocksdb_iter_key(iterator, &length);
                return new ReadOnlySpan<byte>(key, (int)length);
            }
        }

        public ReadOnlySpan<byte> Value
        {
            get
            {
                nuint length;
                var value = RocksDb.rocksdb_iter_value(iterator, &length);
                return new ReadOnlySpan<byte>(value, (int)length);
            }
        }

        public bool First()
        {
            RocksDb.rocksdb_iter_seek_to_first(iterator);
            return RocksDb.rocksdb_iter_valid(iterator) != 0;
        }

        public bool Seek(ReadOnlySpan<byte> key)
        {
            fixed (byte* k = key)
                RocksDb.rocksdb_iter_seek(iterator, k, (nuint)key.Length);
            return RocksDb.rocksdb_iter_valid(iterator) != 0;
        }

        public bool Next()
        {
            RocksDb.rocksdb_iter_next(iterator);
            return RocksDb.rocksdb_iter_valid(iterator) != 0;
        }

        public void Dispose() => RocksDb.rocksdb_iter_destroy(iterator);
    }
}
