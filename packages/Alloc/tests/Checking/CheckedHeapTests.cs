using System.Runtime.InteropServices;

namespace Gabbro.Alloc.Tests.Checking;

public sealed unsafe class CheckedHeapTests
{
    private static NativeHeap Checked(HeapChecks checks = HeapChecks.Thorough, Action<LeakReport>? leaks = null) =>
        new(new NativeHeapOptions { Name = "checked", Checks = checks, LeakReporter = leaks });

    private static HeapMisuseException Misuse(Action action) => Assert.Throws<HeapMisuseException>(() => action())!;

    [Test]
    public void Free_Twice_NamesBothFreesAndTheAllocation()
    {
        using NativeHeap heap = Checked();
        void* block = heap.Alloc(100);
        heap.Free(block);
        HeapMisuseException error = Misuse(() => heap.Free(block));
        Assert.That(error.Misuse, Is.EqualTo(HeapMisuse.DoubleFree));
        Assert.That(error.Address, Is.EqualTo((nuint)block));
        Assert.That(error.Message, Does.Contain("100 bytes").And.Contain("allocated").And.Contain("freed").And.Contain(nameof(Free_Twice_NamesBothFreesAndTheAllocation)));
    }

    [Test]
    public void Free_InvalidPointers_AreNamed()
    {
        using NativeHeap heap = Checked();
        using NativeHeap other = Checked();
        byte* block = (byte*)heap.Alloc(100);
        Assert.That(Misuse(() => heap.Free(block + 8)).Message, Does.Contain("8 bytes from the start"));
        long local = 0;
        nuint address = (nuint)(&local);
        Assert.That(Misuse(() => heap.Free((void*)address)).Misuse, Is.EqualTo(HeapMisuse.InvalidPointer));
        Assert.That(Misuse(() => other.Free(block)).Misuse, Is.EqualTo(HeapMisuse.WrongHeap));
        Assert.That(Misuse(() => heap.UsableSize(block + 1)).Misuse, Is.EqualTo(HeapMisuse.InvalidPointer));
        heap.Free(block);
    }

    [Test]
    public void Free_AfterAnOverrunOrUnderrun_ReportsIt([Values(-1, -16, 100, 107, 115)] int offset)
    {
        NativeHeap heap = Checked();
        byte* block = (byte*)heap.Alloc(100);
        block[offset] ^= 0x5A;
        Assert.That(Misuse(() => heap.Verify()).Misuse, Is.EqualTo(HeapMisuse.Overrun));
        Assert.That(Misuse(() => heap.Free(block)).Misuse, Is.EqualTo(HeapMisuse.Overrun));
        Assert.That(Misuse(heap.Dispose).Misuse, Is.EqualTo(HeapMisuse.Overrun));
        Assert.That(() => { heap.Alloc(1); }, Throws.TypeOf<ObjectDisposedException>());
    }

    [Test]
    public void WriteAfterFree_IsFoundWhenTheBlockLeavesTheQuarantine()
    {
        using NativeHeap heap = Checked();
        byte* block = (byte*)heap.Alloc(100);
        heap.Free(block);
        Assert.That(block[0], Is.EqualTo(0xDD), "poisoned");
        block[50] = 1;
        HeapMisuseException error = Misuse(() => heap.Trim());
        Assert.That(error.Misuse, Is.EqualTo(HeapMisuse.UseAfterFree));
        Assert.That(error.Message, Does.Contain("freed"));
    }

    [Test]
    public void Quarantine_HoldsBlocksBack_UpToItsLimit()
    {
        using NativeHeap heap = new(new NativeHeapOptions { Checks = HeapChecks.Quarantine, QuarantineBytes = 10_000 });
        HashSet<nuint> seen = [];
        bool reused = false;
        for (int i = 0; i < 9; i++)
        {
            void* block = heap.Alloc(1000);
            Assert.That(seen.Add((nuint)block), Is.True);
            heap.Free(block);
        }
        for (int i = 0; i < 200; i++)
        {
            void* block = heap.Alloc(1000);
            reused |= !seen.Add((nuint)block);
            heap.Free(block);
        }
        Assert.That(reused, Is.True);
    }

    [Test]
    public void FreeSized_WrongSize_IsReported()
    {
        using NativeHeap heap = Checked();
        void* block = heap.Alloc(100);
        Assert.That(Misuse(() => heap.FreeSized(block, 96)).Misuse, Is.EqualTo(HeapMisuse.SizeMismatch));
        heap.FreeSized(block, 100);
    }

    [Test]
    public void GuardPages_BlocksEndAtTheGuard_AndAllIsReleased()
    {
        using NativeHeap heap = Checked(HeapChecks.All);
        for (nuint size = 1; size < 9000; size += 611)
        {
            byte* block = (byte*)heap.AlignedAlloc(size, 16);
            NativeMemory.Fill(block, size, 3);
            Assert.That(((nuint)block + size + 15) / 16 * 16 % 4096, Is.EqualTo((nuint)0));
            heap.Free(block);
        }
        heap.Trim();
        Assert.That(heap.GetStatistics().LiveBlocks, Is.Zero);
    }

    [Test]
    public void Realloc_Checked_KeepsContentsAndFindsTheOldPointer()
    {
        using NativeHeap heap = Checked();
        byte* block = (byte*)heap.AllocZeroed(10);
        block[9] = 77;
        byte* moved = (byte*)heap.Realloc(block, 1000);
        Assert.That(moved[9], Is.EqualTo(77));
        Assert.That(Misuse(() => heap.Free(block)).Misuse, Is.EqualTo(HeapMisuse.DoubleFree));
        heap.Free(moved);
    }

    [Test]
    public void Dispose_WithLiveBlocks_ReportsThemWithTheirStacks()
    {
        LeakReport? report = null;
        NativeHeap heap = Checked(leaks: found => report = found);
        heap.Alloc(100);
        heap.Alloc(200);
        heap.Free(heap.Alloc(300));
        heap.Dispose();
        Assert.That(report, Is.Not.Null);
        Assert.That((report!.Blocks, report.Bytes, report.IsEstimate), Is.EqualTo((2L, 300L, false)));
        Assert.That(report.Details[0], Does.Contain(nameof(Dispose_WithLiveBlocks_ReportsThemWithTheirStacks)));
        Assert.That(report.ToString(), Does.Contain("2 blocks"));
    }

    [Test]
    public void Dispose_NothingLeft_ReportsNothing()
    {
        LeakReport? report = null;
        NativeHeap heap = Checked(leaks: found => report = found);
        heap.Free(heap.Alloc(100));
        heap.Dispose();
        Assert.That(report, Is.Null);
    }

    [Test]
    public void Sampling_NamesWhereMemoryGrew()
    {
        LeakReport? report = null;
        NativeHeap heap = new(new NativeHeapOptions { SampleInterval = 64 * 1024, LeakReporter = found => report = found });
        List<nuint> blocks = [];
        for (int i = 0; i < 20_000; i++) blocks.Add(Grow(heap));
        HeapProfile profile = heap.GetProfile();
        long estimated = profile.Stacks.Where(stack => stack.Stack.Contains(nameof(Grow))).Sum(stack => stack.EstimatedBytes);
        Assert.That(estimated, Is.InRange(1_000_000L, 4_000_000L), "20,000 blocks of 100 bytes");
        Assert.That(profile.ToFolded(), Does.Contain(nameof(Grow)));
        foreach (nuint block in blocks.Take(19_000)) heap.Free((void*)block);
        Assert.That(heap.GetProfile().Stacks.Sum(stack => stack.EstimatedBytes), Is.LessThan(estimated / 4));
        heap.Dispose();
        Assert.That(report!.Blocks, Is.EqualTo(1000));
    }

    private static nuint Grow(NativeHeap heap) => (nuint)heap.Alloc(100);
}
