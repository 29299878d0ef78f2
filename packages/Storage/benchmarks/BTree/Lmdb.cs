using System.Runtime.InteropServices;

namespace Gabbro.Storage.Benchmarks.BTree;

/// <summary>The calls of liblmdb that the comparison needs.</summary>
internal static unsafe partial class Lmdb
{
    public const uint NoSync = 0x10000;
    public const uint ReadOnly = 0x20000;
    public const uint NoTls = 0x200000;
    public const int First = 0;
    public const int Next = 8;
    public const int SetRange = 17;

    private const string Library = "liblmdb.so.0";

    [LibraryImport(Library)]
    public static partial int mdb_env_create(out nint env);

    [LibraryImport(Library)]
    public static partial int mdb_env_set_mapsize(nint env, nuint size);

    [LibraryImport(Library, StringMarshalling = StringMarshalling.Utf8)]
    public static partial int mdb_env_open(nint env, string path, uint flags, uint mode);

    [LibraryImport(Library)]
    public static partial void mdb_env_close(nint env);

    [LibraryImport(Library)]
    public static partial int mdb_txn_begin(nint env, nint parent, uint flags, out nint txn);

    [LibraryImport(Library)]
    public static partial int mdb_txn_commit(nint txn);

    [LibraryImport(Library)]
    public static partial void mdb_txn_reset(nint txn);

    [LibraryImport(Library)]
    public static partial int mdb_txn_renew(nint txn);

    [LibraryImport(Library)]
    public static partial int mdb_dbi_open(nint txn, byte* name, uint flags, out uint dbi);

    [LibraryImport(Library)]
    public static partial int mdb_get(nint txn, uint dbi, Value* key, Value* data);

    [LibraryImport(Library)]
    public static partial int mdb_put(nint txn, uint dbi, Value* key, Value* data, uint flags);

    [LibraryImport(Library)]
    public static partial int mdb_del(nint txn, uint dbi, Value* key, Value* data);

    [LibraryImport(Library)]
    public static partial int mdb_env_sync(nint env, int force);

    [LibraryImport(Library)]
    public static partial void mdb_txn_abort(nint txn);

    [LibraryImport(Library)]
    public static partial int mdb_cursor_open(nint txn, uint dbi, out nint cursor);

    [LibraryImport(Library)]
    public static partial int mdb_cursor_get(nint cursor, Value* key, Value* data, int operation);

    [LibraryImport(Library)]
    public static partial void mdb_cursor_close(nint cursor);

    public static void Check(int code)
    {
        if (code != 0)
            throw new InvalidOperationException($"lmdb error {code}");
    }

    public struct Value
    {
        public nuint Size;
        public byte* Data;
    }
}
