using System.Buffers.Binary;
using BenchmarkDotNet.Attributes;
using Gabbro.Storage.BTree;
using Gabbro.Storage.Lsm;

namespace Gabbro.Storage.Benchmarks;

/// <summary>
/// One record read, one written without sync, and a hundred neighbours scanned, in each engine over the same hundred thousand
/// records of 16-byte keys and 100-byte values. The comparisons with other stores are runners of their own.
/// </summary>
[MemoryDiagnoser]
public class PointBenchmarks
{
    private const int Records = 100_000;

    private readonly string _folder = Directory.CreateTempSubdirectory("gabbro-points-").FullName;
    private readonly byte[] _key = new byte[16];
    private readonly byte[] _value = new byte[100];
    private LsmDatabase _lsm = null!;
    private BTreeDatabase _tree = null!;
    private uint _next;

    [GlobalSetup]
    public void Fill()
    {
        _lsm = LsmDatabase.Open(Path.Combine(_folder, "lsm"));
        _tree = BTreeDatabase.Open(Path.Combine(_folder, "tree"), new BTreeOptions { Durability = CommitDurability.Relaxed });
        for (var i = 0; i < Records; i++)
        {
            Step();
            _lsm.Put(_key, _value);
            _tree.Put(_key, _value);
        }
    }

    [Benchmark]
    public int LsmGet() => _lsm.Get(Step(), _value);

    [Benchmark]
    public bool TreeGet() => _tree.TryGet(Step(), _value, out _);

    [Benchmark]
    public void LsmPut() => _lsm.Put(Step(), _value);

    [Benchmark]
    public void TreePut() => _tree.Put(Step(), _value);

    [Benchmark]
    public int LsmScan()
    {
        using var iterator = _lsm.NewIterator();
        var bytes = 0;
        iterator.Seek(Step());
        for (var i = 0; i < 100 && iterator.Valid; i++, iterator.Next())
            bytes += iterator.Value.Length;
        return bytes;
    }

    [Benchmark]
    public int TreeScan()
    {
        using var read = _tree.BeginRead();
        var cursor = read.OpenCursor();
        var bytes = 0;
        for (var found = cursor.Seek(Step()); found && bytes < 10_000; found = cursor.Next())
            bytes += cursor.Value.Length;
        return bytes;
    }

    [GlobalCleanup]
    public void Remove()
    {
        _lsm.Dispose();
        _tree.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    /// <summary>The next of the keys, in an order that visits all and looks random (a step coprime to their number).</summary>
    private ReadOnlySpan<byte> Step()
    {
        _next = (_next + 61_803) % Records;
        BinaryPrimitives.WriteUInt32BigEndian(_key, _next);
        return _key;
    }
}
