using System.Runtime.InteropServices;
using Gabbro.Alloc.Core;

namespace Gabbro.Alloc.Tests.Heaps;

/// <summary>The system refuses memory from some call on: what fails must fail cleanly, and all must be well afterwards.</summary>
public sealed unsafe class SystemRefusalTests
{
    /// <summary>Contents are written and verified up to here; whole blocks are for the stress tests.</summary>
    private const int Head = 20_000;

    private readonly record struct Block(nuint Start, nuint Bytes, byte Fill);

    [Test]
    public void EveryOperation_SystemRefusesFromAnyCallOn_FailsCleanlyAndRecovers([Values] bool hardened)
    {
        int seed = TestEffort.Seed();
        bool failed = true;
        // Every call at the start, where the state is built; then every so many.
        for (int after = 0; failed && after < 5000; after += after < 20 * TestEffort.Factor ? 1 : 13)
        {
            using NativeHeap heap = new(new NativeHeapOptions { Hardened = hardened });
            List<Block> blocks = [];
            Random random = new(seed);
            Os.FailAfter = after;
            failed = false;
            try
            {
                for (int i = 0; i < 200; i++) failed |= !TryStep(heap, blocks, random);
                // A thread that cannot get a part of the heap must be told so, too.
                Thread thread = new(() => failed |= !TryStep(heap, [], new Random(seed)));
                thread.Start();
                thread.Join();
            }
            finally
            {
                Os.FailAfter = -1;
            }
            for (int i = 0; i < 50; i++) Assert.That(TryStep(heap, blocks, random), Is.True, $"seed {seed}, after {after}");
            foreach (Block block in blocks) Release(heap, block);
            HeapStatistics s = heap.GetStatistics();
            Assert.That(s.LiveBlocks, Is.LessThanOrEqualTo(1), "the block of the other thread");
            Assert.That(s.LiveBytes + s.FreeBytes + s.MetadataBytes, Is.EqualTo(s.MappedBytes));
        }
        Assert.That(failed, Is.False, "in the end there are more calls allowed than are made");
    }

    /// <summary>False when there was no memory; every block is verified all the same.</summary>
    private static bool TryStep(NativeHeap heap, List<Block> blocks, Random random)
    {
        nuint bytes = (nuint)(random.Next(12) switch { 0 => random.Next(20) == 0 ? 40_000_000 : random.Next(2_000_000), < 5 => random.Next(200_000), _ => random.Next(2000) });
        int kind = random.Next(8);
        int index = blocks.Count == 0 ? -1 : random.Next(blocks.Count);
        byte fill = (byte)random.Next(1, 256);
        if (index >= 0 && kind < 3)
        {
            Release(heap, blocks[index]);
            blocks.RemoveAt(index);
            return true;
        }
        try
        {
            if (index >= 0 && kind == 3)
            {
                Block old = blocks[index];
                byte* moved = (byte*)heap.Realloc((void*)old.Start, bytes);
                Verify(moved, nuint.Min(bytes, old.Bytes), old.Fill);
                NativeMemory.Fill(moved, nuint.Min(bytes, Head), fill);
                blocks[index] = new Block((nuint)moved, bytes, fill);
                return true;
            }
            byte* block = kind switch
            {
                4 => (byte*)heap.AllocZeroed(bytes),
                5 => (byte*)heap.AlignedAlloc(bytes, (nuint)16 << random.Next(12)),
                _ => (byte*)heap.Alloc(bytes),
            };
            if (kind == 4) Verify(block, bytes, 0);
            NativeMemory.Fill(block, nuint.Min(bytes, Head), fill);
            blocks.Add(new Block((nuint)block, bytes, fill));
            return true;
        }
        catch (OutOfMemoryException)
        {
            return false;
        }
    }

    private static void Release(NativeHeap heap, Block block)
    {
        Verify((void*)block.Start, block.Bytes, block.Fill);
        heap.Free((void*)block.Start);
    }

    private static void Verify(void* block, nuint bytes, byte fill) =>
        Assert.That(new ReadOnlySpan<byte>(block, (int)nuint.Min(bytes, Head)).IndexOfAnyExcept(fill), Is.EqualTo(-1));
}
