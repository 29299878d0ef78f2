using System.Runtime.InteropServices;

namespace Gabbro.Alloc.Tests.Heaps;

/// <summary>Randomised use from several threads with the contents of every block verified.</summary>
public sealed unsafe class NativeHeapStressTests
{
    private sealed class Exchange
    {
        private readonly Lock _lock = new();
        private readonly List<Block> _blocks = [];

        internal Block? Swap(Block block, Random random)
        {
            lock (_lock)
            {
                if (_blocks.Count < 200)
                {
                    _blocks.Add(block);
                    return null;
                }
                int index = random.Next(_blocks.Count);
                Block other = _blocks[index];
                _blocks[index] = block;
                return other;
            }
        }

        internal List<Block> Rest => _blocks;
    }

    private readonly record struct Block(nuint Start, nuint Bytes, byte Fill);

    [Test]
    public void AllocFree_ManyThreadsRandomised_KeepsEveryByte([Values("shared", "own", "hardened")] string kind)
    {
        int seed = TestEffort.Seed();
        bool ownHeap = kind != "shared";
        NativeHeap heap = ownHeap ? new NativeHeap(new NativeHeapOptions { Hardened = kind == "hardened" }) : NativeHeap.Shared;
        long liveBefore = ownHeap ? 0 : heap.GetStatistics().LiveBlocks;
        Exchange exchange = new();
        int operations = 60_000 * TestEffort.Factor;
        string? wrong = null;
        // Two generations of threads, so that parts of ended threads are used again.
        for (int generation = 0; generation < 2; generation++)
        {
            Thread[] threads = [.. Enumerable.Range(0, 4).Select(t => new Thread(() =>
            {
                try
                {
                    Work(heap, exchange, new Random(seed + (generation * 10) + t), operations);
                }
                catch (Exception error) when (error is AssertionException or InvalidOperationException)
                {
                    wrong = error.Message;
                }
            }))];
            foreach (Thread thread in threads) thread.Start();
            foreach (Thread thread in threads) thread.Join();
            Assert.That(wrong, Is.Null, $"seed {seed}");
            GC.Collect();
            GC.WaitForPendingFinalizers();
        }
        foreach (Block block in exchange.Rest) Release(heap, block);
        HeapStatistics statistics = heap.GetStatistics();
        Assert.That(statistics.LiveBytes + statistics.FreeBytes + statistics.MetadataBytes, Is.EqualTo(statistics.MappedBytes));
        if (!ownHeap)
        {
            Assert.That(statistics.LiveBlocks - liveBefore, Is.InRange(-50, 50), "other tests share this heap");
            return;
        }
        Assert.That(statistics.LiveBlocks, Is.Zero);
        Assert.That(statistics.Frees, Is.EqualTo(statistics.Allocations));
        heap.Dispose();
    }

    [Test]
    public void Producer_OnlyAllocates_ConsumerOnlyFrees_MemoryStaysFlat([Values] bool hardened)
    {
        using NativeHeap heap = new(new NativeHeapOptions { Hardened = hardened });
        using System.Collections.Concurrent.BlockingCollection<nuint[]> queue = new(16);
        Thread producer = new(() =>
        {
            for (int i = 0; i < 3000 * TestEffort.Factor; i++)
            {
                nuint[] batch = new nuint[100];
                for (int j = 0; j < batch.Length; j++) batch[j] = (nuint)heap.Alloc((nuint)(16 + (i * j % 500)));
                queue.Add(batch);
            }
            queue.CompleteAdding();
        });
        producer.Start();
        foreach (nuint[] batch in queue.GetConsumingEnumerable())
        {
            foreach (nuint block in batch) heap.Free((void*)block);
        }
        producer.Join();
        Assert.That(heap.GetStatistics().PeakMappedBytes, Is.LessThan(32 << 20));
        Assert.That(heap.GetStatistics().LiveBlocks, Is.Zero);
    }

    [Test]
    public void ManyShortThreads_MemoryStaysBounded()
    {
        using NativeHeap heap = new();
        for (int i = 0; i < 400 * TestEffort.Factor; i++)
        {
            Thread thread = new(() =>
            {
                for (int j = 0; j < 100; j++) heap.Free(heap.Alloc((nuint)(j * 40)));
                heap.Alloc(16);
            });
            thread.Start();
            thread.Join();
        }
        Assert.That(heap.GetStatistics().PeakMappedBytes, Is.LessThan(64 << 20));
    }

    private static void Work(NativeHeap heap, Exchange exchange, Random random, int operations)
    {
        List<Block> blocks = [];
        for (int i = 0; i < operations; i++)
        {
            int kind = random.Next(100);
            if (kind < 45 || blocks.Count == 0)
            {
                blocks.Add(Take(heap, random));
            }
            else if (kind < 80)
            {
                Release(heap, Remove(blocks, random));
            }
            else if (kind < 90)
            {
                if (exchange.Swap(Remove(blocks, random), random) is { } other) blocks.Add(other);
            }
            else if (kind < 99)
            {
                Block old = Remove(blocks, random);
                Verify(old, old.Bytes);
                nuint bytes = Size(random);
                byte* moved = (byte*)heap.Realloc((void*)old.Start, bytes);
                Verify(old with { Start = (nuint)moved }, nuint.Min(bytes, old.Bytes));
                NativeMemory.Fill(moved, bytes, old.Fill);
                blocks.Add(new Block((nuint)moved, bytes, old.Fill));
            }
            else if (random.Next(50) == 0)
            {
                heap.Trim();
            }
            if (blocks.Count > 1500) Release(heap, Remove(blocks, random));
        }
        foreach (Block block in blocks) Release(heap, block);
    }

    private static nuint Size(Random random) => random.Next(100) switch
    {
        < 80 => (nuint)random.Next(0, 600),
        < 95 => (nuint)random.Next(0, 9000),
        < 99 => (nuint)random.Next(0, 140_000),
        _ => (nuint)random.Next(0, 800_000),
    };

    private static Block Take(NativeHeap heap, Random random)
    {
        nuint bytes = Size(random);
        byte fill = (byte)random.Next(256);
        byte* block;
        int kind = random.Next(10);
        if (kind == 0)
        {
            nuint alignment = (nuint)1 << random.Next(0, 16);
            block = (byte*)heap.AlignedAlloc(bytes, alignment);
            Assert.That((nuint)block % alignment == 0);
        }
        else if (kind == 1)
        {
            block = (byte*)heap.AllocZeroed(bytes);
            Verify(new Block((nuint)block, bytes, 0), bytes);
        }
        else
        {
            block = (byte*)heap.Alloc(bytes);
        }
        NativeMemory.Fill(block, bytes, fill);
        return new Block((nuint)block, bytes, fill);
    }

    private static Block Remove(List<Block> blocks, Random random)
    {
        int index = random.Next(blocks.Count);
        Block block = blocks[index];
        blocks[index] = blocks[^1];
        blocks.RemoveAt(blocks.Count - 1);
        return block;
    }

    private static void Release(NativeHeap heap, Block block)
    {
        Verify(block, block.Bytes);
        heap.Free((void*)block.Start);
    }

    private static void Verify(Block block, nuint bytes)
    {
        if (new ReadOnlySpan<byte>((void*)block.Start, (int)bytes).IndexOfAnyExcept(block.Fill) >= 0)
            throw new InvalidOperationException($"A block of {block.Bytes} bytes has been overwritten.");
    }
}
