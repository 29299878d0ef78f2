using System.Text;
using BenchmarkDotNet.Attributes;
using Gabbro.Platform.Benchmarks.Runners;
using Gabbro.Platform.Files;

namespace Gabbro.Platform.Benchmarks.Suites;

/// <summary>A walk of 100,000 files in 1,000 directories; see <see cref="WalkRunner"/>, which interleaves the same contenders.</summary>
[MemoryDiagnoser]
public unsafe class TreeWalkBenchmarks
{
    private string _root = "";
    private byte[] _path = [];
    private CompiledPeer _peer = null!;
    private DirectoryHandle _handle = null!;

    /// <summary>Makes the tree and compiles the peer.</summary>
    [GlobalSetup]
    public void SetUp()
    {
        _root = WalkRunner.CreateTree();
        _path = [.. Encoding.UTF8.GetBytes(_root), 0];
        _peer = new CompiledPeer(WalkRunner.Source);
        _handle = DirectoryHandle.Open(_root);
    }

    /// <summary>Removes them.</summary>
    [GlobalCleanup]
    public void CleanUp()
    {
        _handle.Dispose();
        _peer.Dispose();
        Directory.Delete(_root, recursive: true);
    }

    /// <summary>readdir(3) in C.</summary>
    [Benchmark(Baseline = true, OperationsPerInvoke = WalkRunner.Entries)]
    public long C()
    {
        fixed (byte* path = _path)
            return ((delegate* unmanaged<byte*, long>)_peer["walk_tree"])(path);
    }

    /// <summary>One TreeWalker.</summary>
    [Benchmark(OperationsPerInvoke = WalkRunner.Entries)]
    public long Gabbro()
    {
        long names = 0;
        using TreeWalker walker = new(_handle);
        while (walker.MoveNext()) names += walker.Current.Name.Length;
        return names;
    }

    /// <summary>A worker for each processor.</summary>
    [Benchmark(OperationsPerInvoke = WalkRunner.Entries)]
    public long GabbroParallel()
    {
        WalkRunner.Counter[] counters = new WalkRunner.Counter[Environment.ProcessorCount];
        ParallelTreeWalk.Run(_handle, counters);
        return counters.Sum(counter => counter.Names);
    }

    /// <summary>Directory.EnumerateFileSystemEntries.</summary>
    [Benchmark(OperationsPerInvoke = WalkRunner.Entries)]
    public long BaseLibrary()
    {
        long names = 0;
        foreach (string entry in Directory.EnumerateFileSystemEntries(_root, "*", SearchOption.AllDirectories)) names += entry.Length;
        return names;
    }
}
