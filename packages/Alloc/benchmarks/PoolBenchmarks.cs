using System.Buffers;
using BenchmarkDotNet.Attributes;

namespace Gabbro.Alloc.Benchmarks;

/// <summary>A kilobyte rented, touched and returned: ArrayPool.Shared against the pools, each on one warm thread.</summary>
[MemoryDiagnoser]
public unsafe class PoolBenchmarks
{
    private const int Bytes = 1024;
    private readonly FixedPool _fixed = new(Bytes);
    private readonly ThreadLocalPool _threadLocal = new(Bytes);
    private readonly PinnedArrayPool<byte> _pinned = new();

    [Benchmark(Baseline = true)]
    public byte Baseline()
    {
        byte[] array = ArrayPool<byte>.Shared.Rent(Bytes);
        array[0] = 1;
        ArrayPool<byte>.Shared.Return(array);
        return array[0];
    }

    [Benchmark]
    public byte Fixed()
    {
        byte* block = (byte*)_fixed.Rent();
        *block = 1;
        byte read = *block;
        _fixed.Return(block);
        return read;
    }

    [Benchmark]
    public byte ThreadLocal()
    {
        byte* block = (byte*)_threadLocal.Rent();
        *block = 1;
        byte read = *block;
        _threadLocal.Return(block);
        return read;
    }

    [Benchmark]
    public byte Pinned()
    {
        byte[] array = _pinned.Rent(Bytes);
        array[0] = 1;
        _pinned.Return(array);
        return array[0];
    }

    [GlobalCleanup]
    public void Release()
    {
        _fixed.Dispose();
        _threadLocal.Dispose();
    }
}
