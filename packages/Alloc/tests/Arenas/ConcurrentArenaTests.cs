using System.Runtime.InteropServices;

namespace Gabbro.Alloc.Tests.Arenas;

public sealed unsafe class ConcurrentArenaTests
{
    [Test]
    public void Alloc_ManyThreads_BlocksAreDisjoint()
    {
        using ConcurrentArena arena = new(new ArenaOptions { FirstChunkBytes = 4096, LargestChunkBytes = 65536 });
        int perThread = 20_000 * TestEffort.Factor;
        Thread[] threads = new Thread[4];
        int wrong = 0;
        for (int t = 0; t < threads.Length; t++)
        {
            byte fill = (byte)(t + 1);
            threads[t] = new Thread(() =>
            {
                Random random = new(fill);
                List<(nuint Start, int Bytes)> blocks = [];
                for (int i = 0; i < perThread; i++)
                {
                    int bytes = random.Next(200) == 0 ? random.Next(10_000) : random.Next(1, 100);
                    byte* block = random.Next(10) == 0 ? arena.AlignedAlloc((nuint)bytes, 64) : arena.Alloc((nuint)bytes);
                    NativeMemory.Fill(block, (nuint)bytes, fill);
                    blocks.Add(((nuint)block, bytes));
                }
                foreach ((nuint start, int bytes) in blocks)
                {
                    if (new ReadOnlySpan<byte>((void*)start, bytes).IndexOfAnyExcept(fill) >= 0) Interlocked.Increment(ref wrong);
                }
            });
            threads[t].Start();
        }
        foreach (Thread thread in threads) thread.Join();
        Assert.That(wrong, Is.Zero);
        Assert.That(arena.AllocatedBytes, Is.LessThanOrEqualTo(arena.ReservedBytes));
    }

    [Test]
    public void Alloc_LargeAmongSmall_DoesNotThrowChunksAway()
    {
        using ConcurrentArena arena = new(new ArenaOptions { FirstChunkBytes = 65536, LargestChunkBytes = 65536 });
        for (int i = 0; i < 1000; i++)
        {
            arena.Alloc(16);
            arena.Alloc(60_000);
        }
        Assert.That(arena.ReservedBytes, Is.LessThan(1000 * 62_000 + 2 * 65536));
    }

    [Test]
    public void AlignedAlloc_Bounds()
    {
        using ConcurrentArena arena = new();
        for (nuint alignment = 1; alignment <= 4096; alignment *= 2)
        {
            arena.Alloc(1);
            Assert.That((ulong)arena.AlignedAlloc(100, alignment) % alignment, Is.Zero);
        }
        Assert.That(() => { arena.AlignedAlloc(1, 3); }, Throws.TypeOf<ArgumentOutOfRangeException>());
        Assert.That(() => { arena.AlignedAlloc(nuint.MaxValue, 64); }, Throws.TypeOf<OutOfMemoryException>());
        Assert.That(() => { arena.Alloc(nuint.MaxValue); }, Throws.TypeOf<OutOfMemoryException>());
    }

    [Test]
    public void Reset_KeepsOneChunk_AndStartsOver()
    {
        using ConcurrentArena arena = new();
        for (int i = 0; i < 10_000; i++) arena.Alloc(1000);
        arena.Reset();
        Assert.That(arena.AllocatedBytes, Is.Zero);
        Assert.That(arena.ReservedBytes, Is.LessThanOrEqualTo(1 << 20));
        Assert.That(arena.Alloc(8) != null);
    }

    [Test]
    public void Alloc_AfterDispose_Throws()
    {
        ConcurrentArena arena = new();
        arena.Alloc(8);
        arena.Dispose();
        arena.Dispose();
        Assert.That(() => { arena.Alloc(8); }, Throws.TypeOf<ObjectDisposedException>());
        Assert.That(arena.Reset, Throws.TypeOf<ObjectDisposedException>());
    }

    [Test]
    public void Alloc_WithinAChunk_AllocatesNoManagedMemory()
    {
        using ConcurrentArena arena = new(new ArenaOptions { FirstChunkBytes = 1 << 20 });
        arena.Alloc(8);
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < 1000; i++) arena.Alloc(64);
        Assert.That(GC.GetAllocatedBytesForCurrentThread() - before, Is.Zero);
    }
}
