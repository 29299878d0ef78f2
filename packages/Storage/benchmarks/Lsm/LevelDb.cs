using System.Runtime.InteropServices;

namespace Gabbro.Storage.Benchmarks.Lsm;

/// <summary>The calls of libleveldb that the comparison needs. GABBRO_BENCH_LEVELDB names another library file.</summary>
internal static unsafe partial class LevelDb
{
    public const string Library = "libleveldb.so.1d";

    [LibraryImport(Library)]
    public static partial nint leveldb_options_create();

    [LibraryImport(Library)]
    public static partial void leveldb_options_set_create_if_missing(nint options, byte value);

    [LibraryImport(Library)]
    public static partial void leveldb_options_set_write_buffer_size(nint options, nuint value);

    [LibraryImport(Library)]
    public static partial void leveldb_options_set_compression(nint options, int value);

    [LibraryImport(Library)]
    public static partial void leveldb_options_set_cache(nint options, nint cache);

    [LibraryImport(Library)]
    public static partial void leveldb_options_set_filter_policy(nint options, nint policy);

    [LibraryImport(Library)]
    public static partial nint leveldb_cache_create_lru(nuint capacity);

    [LibraryImport(Library)]
    public static partial nint leveldb_filterpolicy_create_bloom(int bits);

    [LibraryImport(Library, StringMarshalling = StringMarshalling.Utf8)]
    public static partial nint leveldb_open(nint options, string path, byte** error);

    [LibraryImport(Library)]
    public static partial void leveldb_close(nint db);

    [LibraryImport(Library)]
    public static partial nint leveldb_writeoptions_create();

    [LibraryImport(Library)]
    public static partial void leveldb_writeoptions_set_sync(nint options, byte value);

    [LibraryImport(Library)]
    public static partial nint leveldb_readoptions_create();

    [LibraryImport(Library)]
    public static partial void leveldb_put(nint db, nint options, byte* key, nuint keyLength, byte* value, nuint valueLength, byte** error);

    [LibraryImport(Library)]
    public static partial void leveldb_delete(nint db, nint options, byte* key, nuint keyLength, byte** error);

    [LibraryImport(Library)]
    public static partial byte* leveldb_get(nint db, nint options, byte* key, nuint keyLength, nuint* length, byte** error);

    [LibraryImport(Library)]
    public static partial void leveldb_free(byte* value);

    [LibraryImport(Library)]
    public static partial nint leveldb_writebatch_create();

    [LibraryImport(Library)]
    public static partial void leveldb_writebatch_destroy(nint batch);

    [LibraryImport(Library)]
    public static partial void leveldb_writebatch_put(nint batch, byte* key, nuint keyLength, byte* value, nuint valueLength);

    [LibraryImport(Library)]
    public static partial void leveldb_writebatch_delete(nint batch, byte* key, nuint keyLength);

    [LibraryImport(Library)]
    public static partial void leveldb_write(nint db, nint options, nint batch, byte** error);

    [LibraryImport(Library)]
    public static partial nint leveldb_create_iterator(nint db, nint options);

    [LibraryImport(Library)]
    public static partial void leveldb_iter_destroy(nint iterator);

    [LibraryImport(Library)]
    public static partial void leveldb_iter_seek_to_first(nint iterator);

    [LibraryImport(Library)]
    public static partial void leveldb_iter_seek(nint iterator, byte* key, nuint keyLength);

    [LibraryImport(Library)]
    public static partial void leveldb_iter_next(nint iterator);

    [LibraryImport(Library)]
    public static partial byte leveldb_iter_valid(nint iterator);

    [LibraryImport(Library)]
    public static partial byte* leveldb_iter_key(nint iterator, nuint* length);

    [LibraryImport(Library)]
    public static partial byte* leveldb_iter_value(nint iterator, nuint* length);

    [LibraryImport(Library)]
    public static partial void leveldb_compact_range(nint db, byte* begin, nuint beginLength, byte* end, nuint endLength);

    public static void Check(byte* error)
    {
        if (error != null)
            throw new InvalidOperationException($"leveldb: {Marshal.PtrToStringUTF8((nint)error)}");
    }
}
