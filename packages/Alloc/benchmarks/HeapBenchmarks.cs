using System.Runtime.InteropServices;
using BenchmarkDotNet.Attributes;

namespace Gabbro.Alloc.Benchmarks;

/// <summary>
/// A block allocated, touched and freed: NativeMemory, which is the system's malloc through P/Invoke, against the heap with
/// the same members. Both return memory of the same alignment and neither clears it.
/// </summary>
[MemoryDiagnoser]
public unsafe class HeapBenchmarks
{
    private readonly NativeHeap _heap = new();

    [Params(16, 64, 1024, 32768)]
    public int Bytes;

    [Benchmark(Baseline = true)]
    public byte Baseline()
    {
        byte* block = (byte*)NativeMemory.Alloc((nuint)Bytes);
        *block = 1;
        byte read = *block;
        NativeMemory.Free(block);
        return read;
    }

    [Benchmark]
    public byte Heap()
    {
        byte* block = (byte*)_heap.Alloc((nuint)Bytes);
        *block = 1;
        byte read = *block;
        _heap.Free(block);
        return read;
    }

    [GlobalCleanup]
    public void Release() => _heap.Dispose();
}
