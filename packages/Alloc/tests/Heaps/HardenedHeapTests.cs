using System.Runtime.InteropServices;
using Gabbro.Alloc.Core;

namespace Gabbro.Alloc.Tests.Heaps;

public sealed unsafe class HardenedHeapTests
{
    private static NativeHeap Hardened() => new(new NativeHeapOptions { Name = "hard", Hardened = true });

    private static HeapMisuseException Misuse(Action action) => Assert.Throws<HeapMisuseException>(() => action())!;

    [Test]
    public void Free_Twice_Throws([Values(1, 48, 1000, 5000, 100_000)] int bytes, [Values(0, 1, 300)] int between)
    {
        using NativeHeap heap = Hardened();
        void* block = heap.Alloc((nuint)bytes);
        heap.Free(block);
        // Others come and go, so that the block lies anywhere between the thread's array and its page.
        List<nuint> others = [];
        for (int i = 0; i < between; i++) others.Add((nuint)heap.Alloc((nuint)bytes + 20_000));
        foreach (nuint other in others) heap.Free((void*)other);
        HeapMisuseException error = Misuse(() => heap.Free(block));
        Assert.That(error.Misuse, Is.EqualTo(HeapMisuse.DoubleFree));
        Assert.That(error.Message, Does.Contain("\"hard\""));
        Assert.That(Misuse(() => heap.Realloc(block, 10)).Misuse, Is.EqualTo(HeapMisuse.DoubleFree));
        Assert.That(Misuse(() => heap.UsableSize(block)).Misuse, Is.EqualTo(HeapMisuse.DoubleFree));
    }

    [Test]
    public void Free_ByAnotherThreadAndAgain_Throws()
    {
        using NativeHeap heap = Hardened();
        nuint[] blocks = [.. Enumerable.Range(0, 500).Select(_ => (nuint)heap.Alloc(64))];
        Thread thread = new(() =>
        {
            foreach (nuint block in blocks) heap.Free((void*)block);
        });
        thread.Start();
        thread.Join();
        foreach (nuint block in blocks) Assert.That(Misuse(() => heap.Free((void*)block)).Misuse, Is.EqualTo(HeapMisuse.DoubleFree));
        Assert.That(heap.GetStatistics().LiveBlocks, Is.Zero);
    }

    [Test]
    public void Free_NotTheStartOfABlock_Throws([Values(32, 48, 1000, 300_000)] int bytes)
    {
        using NativeHeap heap = Hardened();
        using NativeHeap other = Hardened();
        byte* block = (byte*)heap.Alloc((nuint)bytes);
        foreach (int offset in (int[])[1, 8, 16, bytes - 1])
            Assert.That(Misuse(() => heap.Free(block + offset)).Misuse, Is.EqualTo(HeapMisuse.InvalidPointer));
        long local = 0;
        nuint address = (nuint)(&local);
        Assert.That(Misuse(() => heap.Free((void*)address)).Misuse, Is.EqualTo(HeapMisuse.InvalidPointer));
        Assert.That(Misuse(() => other.Free(block)).Misuse, Is.EqualTo(HeapMisuse.WrongHeap));
        heap.Free(block);
        heap.Free(null);
        Assert.That(heap.GetStatistics().LiveBlocks, Is.Zero);
    }

    [Test]
    public void WritesIntoFreeBlocks_SteerNothing()
    {
        using NativeHeap heap = Hardened();
        byte[] target = GC.AllocateArray<byte>(4096, pinned: true);
        nuint forged = (nuint)Marshal.UnsafeAddrOfPinnedArrayElement(target, 64);
        nuint[] blocks = [.. Enumerable.Range(0, 300).Select(_ => (nuint)heap.Alloc(48))];
        foreach (nuint block in blocks) heap.Free((void*)block);
        foreach (nuint block in blocks) new Span<nuint>((void*)block, 6).Fill(forged);
        HashSet<nuint> seen = [];
        for (int i = 0; i < 600; i++)
        {
            nuint block = (nuint)heap.Alloc(48);
            Assert.That(heap.Owns((void*)block) && seen.Add(block), Is.True);
        }
    }

    [Test]
    public void Alloc_Order_IsRandomAndDiffersBetweenHeaps()
    {
        nuint[] Offsets()
        {
            using NativeHeap heap = Hardened();
            nuint[] blocks = [.. Enumerable.Range(0, 64).Select(_ => (nuint)heap.Alloc(64))];
            return [.. blocks.Select(block => block & 0xFFFF)];
        }
        nuint[] first = Offsets();
        int neighbours = first.Zip(first.Skip(1)).Count(pair => pair.Second - pair.First == 64);
        Assert.That(neighbours, Is.LessThan(32));
        Assert.That(Enumerable.Range(0, 4).Any(_ => !Offsets().SequenceEqual(first)), Is.True);
    }

    [Test]
    public void Guards_EveryRunEndsAtOne_AndGoesBackWithoutIt()
    {
        using NativeHeap heap = Hardened();
        List<nuint> blocks = [];
        for (int i = 0; i < 40; i++) blocks.Add((nuint)heap.Alloc((nuint)(20_000 + (i * 9000))));
        Assert.That(heap.Core->GuardCount, Is.GreaterThan(20));
        foreach (nuint block in blocks)
        {
            Page* page = PageMap.Of((void*)block);
            Assert.That((nuint)page->GuardBytes, Is.EqualTo(Os.PageBytes));
            // The whole block is before the guard and can be written.
            NativeMemory.Fill((void*)block, heap.UsableSize((void*)block), 1);
            Assert.That(block + heap.UsableSize((void*)block), Is.LessThanOrEqualTo((nuint)page->Start + (page->Slices * Region.SliceBytes) - Os.PageBytes));
        }
        foreach (nuint block in blocks) heap.Free((void*)block);
        heap.Trim();
        Assert.That(heap.Core->GuardCount, Is.Zero);
        // What had a guard is ordinary memory again.
        for (int i = 0; i < 20; i++)
        {
            void* block = heap.Alloc(1_000_000);
            NativeMemory.Fill(block, heap.UsableSize(block), 2);
            heap.Free(block);
        }
    }

    [Test]
    public void Realloc_LargeAndHuge_KeepsContents()
    {
        using NativeHeap heap = Hardened();
        byte* block = (byte*)heap.Alloc(100);
        nuint size = 100;
        NativeMemory.Fill(block, size, 7);
        foreach (nuint next in (nuint[])[5000, 200_000, 210_000, 900_000, 40_000_000, 60_000_000, 35_000_000, 150_000, 64])
        {
            block = (byte*)heap.Realloc(block, next);
            Assert.That(new ReadOnlySpan<byte>(block, (int)nuint.Min(size, next)).IndexOfAnyExcept((byte)7), Is.EqualTo(-1));
            NativeMemory.Fill(block, next, 7);
            size = next;
        }
        heap.Free(block);
        HeapStatistics s = heap.GetStatistics();
        Assert.That(s.LiveBlocks, Is.Zero);
        Assert.That(s.LiveBytes + s.FreeBytes + s.MetadataBytes, Is.EqualTo(s.MappedBytes));
    }

    [Test]
    public void Map_ShowsUsedCachedAndFreeBlocks()
    {
        using NativeHeap heap = Hardened();
        nuint[] blocks = [.. Enumerable.Range(0, 100).Select(_ => (nuint)heap.Alloc(1000))];
        for (int i = 0; i < 90; i++) heap.Free((void*)blocks[i]);
        HeapMapRun[] runs = [.. heap.GetMap().Spans.Where(span => span.BlockBytes == 1024).SelectMany(span => span.Runs)];
        Assert.That(runs.Where(run => run.State == HeapMapState.Used).Sum(run => run.Blocks), Is.EqualTo(10));
        Assert.That(runs.Where(run => run.State == HeapMapState.Cached).Sum(run => run.Blocks), Is.EqualTo(heap.GetStatistics().CachedBytes / 1024));
    }

    [Test]
    public void AllocFree_AfterWarmUp_AllocatesNoManagedMemory()
    {
        using NativeHeap heap = Hardened();
        void Round()
        {
            for (nuint size = 1; size < 300_000; size += size / 4 + 1) heap.Free(heap.Alloc(size));
        }
        Round();
        long before = GC.GetAllocatedBytesForCurrentThread();
        Round();
        Assert.That(GC.GetAllocatedBytesForCurrentThread() - before, Is.Zero);
    }

    [Test]
    public void Checked_AndHardened_WorkTogether()
    {
        using NativeHeap heap = new(new NativeHeapOptions { Hardened = true, Checks = HeapChecks.Thorough });
        byte* block = (byte*)heap.Alloc(100);
        heap.Free(block);
        Assert.That(Misuse(() => heap.Free(block)).Message, Does.Contain("freed"));
    }

    [Test]
    public void Use_AfterDispose_Throws()
    {
        NativeHeap heap = Hardened();
        Assert.That(heap.IsHardened, Is.True);
        void* block = heap.Alloc(1000);
        heap.Dispose();
        heap.Dispose();
        Assert.That(heap.IsHardened, Is.False);
        Assert.That(() => { heap.Alloc(10); }, Throws.TypeOf<ObjectDisposedException>());
        Assert.That(() => heap.Free(block), Throws.TypeOf<ObjectDisposedException>());
    }
}
