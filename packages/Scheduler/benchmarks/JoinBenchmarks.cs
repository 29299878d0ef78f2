using BenchmarkDotNet.Attributes;

using Gabbro.Scheduler.Algorithms;

namespace Gabbro.Scheduler.Benchmarks;

/// <summary>Forks and loops as a caller sees them, from outside the pool, with what they allocate.</summary>
[MemoryDiagnoser]
public class JoinBenchmarks
{
    private WorkPool _pool = null!;
    private int[] _data = null!;

    [GlobalSetup]
    public void SetUp()
    {
        _pool = new WorkPool();
        _data = [.. Enumerable.Range(0, 1_000_000)];
    }

    [GlobalCleanup]
    public void CleanUp() => _pool.Dispose();

    [Benchmark]
    public int Join() => _pool.Join(static () => 1, static () => 2).B;

    [Benchmark]
    public int Sum() => _pool.Sum<int>(_data);

    [Benchmark]
    public void Loop() => _pool.For(0, _data.Length, static _ => { });

    [Benchmark]
    public void LoopTpl() => Parallel.For(0, _data.Length, static _ => { });
}
