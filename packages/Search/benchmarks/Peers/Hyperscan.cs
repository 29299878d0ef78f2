using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Gabbro.Search.Benchmarks.Peers;

/// <summary>Literals in Hyperscan, if its library is there (libhs.so.5, or the path in HYPERSCAN_LIBRARY).</summary>
internal sealed unsafe class Hyperscan
{
    private const uint Caseless = 1, BlockMode = 1;

    private static readonly nint Library = Load();
    private readonly void* _database;
    private readonly void* _scratch;

    internal Hyperscan(IReadOnlyList<byte[]> literals, bool caseless = false)
    {
        int count = literals.Count;
        byte** expressions = stackalloc byte*[count];
        uint* flags = stackalloc uint[count];
        uint* ids = stackalloc uint[count];
        nuint* lengths = stackalloc nuint[count];
        for (int i = 0; i < count; i++)
        {
            expressions[i] = (byte*)NativeMemory.Alloc((nuint)literals[i].Length + 1);
            literals[i].CopyTo(new Span<byte>(expressions[i], literals[i].Length));
            expressions[i][literals[i].Length] = 0;
            flags[i] = caseless ? Caseless : 0;
            ids[i] = (uint)i;
            lengths[i] = (nuint)literals[i].Length;
        }
        void* database = null, error = null, scratch = null;
        delegate* unmanaged<byte**, uint*, uint*, nuint*, uint, uint, void*, void**, void**, int> compile =
            (delegate* unmanaged<byte**, uint*, uint*, nuint*, uint, uint, void*, void**, void**, int>)NativeLibrary.GetExport(Library, "hs_compile_lit_multi");
        int result = compile(expressions, flags, ids, lengths, (uint)count, BlockMode, null, &database, &error);
        if (result != 0) throw new InvalidOperationException($"hs_compile_lit_multi: {result}");
        delegate* unmanaged<void*, void**, int> allocate = (delegate* unmanaged<void*, void**, int>)NativeLibrary.GetExport(Library, "hs_alloc_scratch");
        result = allocate(database, &scratch);
        if (result != 0) throw new InvalidOperationException($"hs_alloc_scratch: {result}");
        _database = database;
        _scratch = scratch;
        Scan = (delegate* unmanaged<void*, byte*, uint, uint, void*, delegate* unmanaged<uint, ulong, ulong, uint, void*, int>, void*, int>)NativeLibrary.GetExport(Library, "hs_scan");
    }

    internal static bool IsAvailable => Library != 0;

    private readonly delegate* unmanaged<void*, byte*, uint, uint, void*, delegate* unmanaged<uint, ulong, ulong, uint, void*, int>, void*, int> Scan;

    internal long Count(byte* haystack, nint length)
    {
        long count = 0;
        int result = Scan(_database, haystack, (uint)length, 0, _scratch, &OnMatch, &count);
        if (result != 0) throw new InvalidOperationException($"hs_scan: {result}");
        return count;
    }

    [UnmanagedCallersOnly]
    private static int OnMatch(uint id, ulong from, ulong to, uint flags, void* context)
    {
        ++*(long*)context;
        return 0;
    }

    private static nint Load()
    {
        string? path = Environment.GetEnvironmentVariable("HYPERSCAN_LIBRARY");
        return NativeLibrary.TryLoad(path ?? "libhs.so.5", out nint library) ? library : 0;
    }
}
