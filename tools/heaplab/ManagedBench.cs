using System.Buffers;
using System.Diagnostics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Gabbro.Alloc;

namespace Gabbro.Tools.HeapLab;

/// <summary>The .NET library against what the runtime offers for the same job, in this process, interleaved.</summary>
internal static unsafe class ManagedBench
{
    private const string Baseline = "runtime";
    private const string Gabbro = "gabbro";
    private const int Slots = 1000;

    /// <summary>Operations a call; see the warm-up.</summary>
    private const int Chunk = 10_000;

    private static readonly NativeHeap s_heap = new();
    private static readonly NativeHeap s_plain = new();
    private static readonly NativeHeap s_sampled = new(new NativeHeapOptions { SampleInterval = 512 * 1024 });
    private static readonly NativeHeap s_read = new();
    private static readonly NativeHeap s_hardened = new(new NativeHeapOptions { Hardened = true });
    private static readonly Arena s_arena = new(new ArenaOptions { FirstChunkBytes = 1 << 20 });
    private static readonly FixedPool s_pool = new(1024);
    private static readonly ThreadLocalPool s_threadPool = new(1024);
    private static readonly PinnedArrayPool<byte> s_arrays = new();
    private static readonly nuint[] s_slots = new nuint[Slots];

    private sealed record Contest(string Name, Action<int> Runtime, Action<int> Own);

    private static readonly Contest[] s_contests =
    [
        new("pair 16 B: NativeMemory, NativeHeap", n => NativePairs(n, 16), n => HeapPairs(n, 16)),
        new("pair 64 B: NativeMemory, NativeHeap", n => NativePairs(n, 64), n => HeapPairs(n, 64)),
        new("pair 1 KiB: NativeMemory, NativeHeap", n => NativePairs(n, 1024), n => HeapPairs(n, 1024)),
        new("pair 32 KiB: NativeMemory, NativeHeap", n => NativePairs(n, 32768), n => HeapPairs(n, 32768)),
        new("mixed 8-1000 B, 1000 live: NativeMemory, NativeHeap", NativeMixed, HeapMixed),
        new("aligned 64, 100 B: NativeMemory, NativeHeap", n => NativeAligned(n, 100), n => HeapAligned(n, 100)),
        new("aligned 64, 1 KiB: NativeMemory, NativeHeap", n => NativeAligned(n, 1024), n => HeapAligned(n, 1024)),
        new("bump 64 B: NativeMemory, Arena", n => NativePairs(n, 64), ArenaBumps),
        new("rent 1 KiB: ArrayPool.Shared, FixedPool", ArrayPoolRents, FixedPoolRents),
        new("rent 1 KiB: ArrayPool.Shared, ThreadLocalPool", ArrayPoolRents, ThreadLocalPoolRents),
        new("rent 1 KiB: ArrayPool.Shared, ThreadLocalPool's part", ArrayPoolRents, PoolPartRents),
        new("rent 1 KiB: ArrayPool.Shared, PinnedArrayPool", ArrayPoolRents, PinnedArrayRents),
        new("cost of sampled profiling: NativeHeap without, with", n => Mixed(s_plain, n), n => Mixed(s_sampled, n)),
        new("cost of statistics read every 100 ms: NativeHeap without, with", n => Mixed(s_plain, n), ReadMixed),
        new("mixed 8-1000 B, 1000 live: NativeMemory, hardened NativeHeap", NativeMixed, n => Mixed(s_hardened, n)),
    ];

    internal static BenchResult Run(string[] wanted, double scale, int repeat)
    {
        int count = Math.Max(1000, (int)(3_000_000 * scale));
        List<BenchRow> rows = [];
        foreach (Contest contest in s_contests)
        {
            if (wanted.Length != 0 && !wanted.Any(word => contest.Name.Contains(word, StringComparison.OrdinalIgnoreCase))) continue;
            BenchRow row = new(contest.Name, Baseline, [], []);
            for (int i = 0; i < 3; i++)
            {
                // The tiered compiler wants thirty calls and a moment; without them one would measure its half-way code.
                for (int call = 0; call < 40; call++)
                {
                    contest.Runtime(1000);
                    contest.Own(1000);
                }
                Thread.Sleep(150);
            }
            rows.Add(row);
        }
        // Round after round over all contests, so that a bad moment of the machine hits many a little.
        for (int round = 0; round < repeat * 3; round++)
        {
            foreach (BenchRow row in rows)
            {
                Contest contest = s_contests.First(candidate => candidate.Name == row.Workload);
                Time(contest.Runtime, count, Baseline, row);
                Time(contest.Own, count, Gabbro, row);
            }
        }
        return new BenchResult(Baseline, [Baseline, Gabbro], rows);
    }

    private static void Time(Action<int> work, int count, string name, BenchRow row)
    {
        long from = Stopwatch.GetTimestamp();
        for (int done = 0; done < count; done += Chunk) work(Chunk);
        double seconds = Stopwatch.GetElapsedTime(from).TotalSeconds;
        row.Seconds[name] = Math.Min(seconds, row.Seconds.GetValueOrDefault(name, double.MaxValue));
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void NativePairs(int count, nuint bytes)
    {
        for (int i = 0; i < count; i++)
        {
            byte* block = (byte*)NativeMemory.Alloc(bytes);
            *block = 1;
            NativeMemory.Free(block);
        }
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void HeapPairs(int count, nuint bytes)
    {
        NativeHeap heap = s_heap;
        for (int i = 0; i < count; i++)
        {
            byte* block = (byte*)heap.Alloc(bytes);
            *block = 1;
            heap.Free(block);
        }
    }

    private static void NativeAligned(int count, nuint bytes)
    {
        for (int i = 0; i < count; i++)
        {
            byte* block = (byte*)NativeMemory.AlignedAlloc(bytes, 64);
            *block = 1;
            NativeMemory.AlignedFree(block);
        }
    }

    private static void HeapAligned(int count, nuint bytes)
    {
        NativeHeap heap = s_heap;
        for (int i = 0; i < count; i++)
        {
            byte* block = (byte*)heap.AlignedAlloc(bytes, 64);
            *block = 1;
            heap.AlignedFree(block);
        }
    }

    private static void NativeMixed(int count)
    {
        uint state = 1;
        for (int i = 0; i < count; i++)
        {
            state = (state * 1664525) + 1013904223;
            ref nuint slot = ref s_slots[(state >> 8) % Slots];
            NativeMemory.Free((void*)slot);
            slot = (nuint)NativeMemory.Alloc(8 + (state >> 20) % 992);
        }
        foreach (ref nuint slot in s_slots.AsSpan())
        {
            NativeMemory.Free((void*)slot);
            slot = 0;
        }
    }

    private static void HeapMixed(int count) => Mixed(s_heap, count);

    /// <summary>As an exporter of metrics would, another thread reads the books while this one allocates.</summary>
    private static void ReadMixed(int count)
    {
        using Timer reader = new(static _ => s_read.GetStatistics(), null, TimeSpan.Zero, TimeSpan.FromMilliseconds(100));
        Mixed(s_read, count);
    }

    private static void Mixed(NativeHeap heap, int count)
    {
        uint state = 1;
        for (int i = 0; i < count; i++)
        {
            state = (state * 1664525) + 1013904223;
            ref nuint slot = ref s_slots[(state >> 8) % Slots];
            heap.Free((void*)slot);
            slot = (nuint)heap.Alloc(8 + (state >> 20) % 992);
        }
        foreach (ref nuint slot in s_slots.AsSpan())
        {
            heap.Free((void*)slot);
            slot = 0;
        }
    }

    private static void ArenaBumps(int count)
    {
        Arena arena = s_arena;
        for (int i = 0; i < count; i++)
        {
            *(byte*)arena.Alloc(64) = 1;
            // As a request would: everything goes at once.
            if ((i & 1023) == 1023) arena.Reset();
        }
        arena.Reset();
    }

    private static void ArrayPoolRents(int count)
    {
        for (int i = 0; i < count; i++)
        {
            byte[] array = ArrayPool<byte>.Shared.Rent(1024);
            array[0] = 1;
            ArrayPool<byte>.Shared.Return(array);
        }
    }

    private static void PinnedArrayRents(int count)
    {
        for (int i = 0; i < count; i++)
        {
            byte[] array = s_arrays.Rent(1024);
            array[0] = 1;
            s_arrays.Return(array);
        }
    }

    private static void FixedPoolRents(int count)
    {
        FixedPool pool = s_pool;
        for (int i = 0; i < count; i++)
        {
            byte* block = (byte*)pool.Rent();
            *block = 1;
            pool.Return(block);
        }
    }

    private static void PoolPartRents(int count)
    {
        ThreadLocalPoolPart part = s_threadPool.GetPart();
        for (int i = 0; i < count; i++)
        {
            byte* block = (byte*)part.Rent();
            *block = 1;
            part.Return(block);
        }
    }

    private static void ThreadLocalPoolRents(int count)
    {
        ThreadLocalPool pool = s_threadPool;
        for (int i = 0; i < count; i++)
        {
            byte* block = (byte*)pool.Rent();
            *block = 1;
            pool.Return(block);
        }
    }
}
