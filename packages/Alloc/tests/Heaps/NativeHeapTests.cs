using System.Runtime.InteropServices;
using Gabbro.Alloc.Core;

namespace Gabbro.Alloc.Tests.Heaps;

public sealed unsafe class NativeHeapTests
{
    private static readonly nuint[] s_sizes =
        [0, 1, 15, 16, 17, 64, 100, 128, 129, 255, 256, 257, 1000, 1024, 1025, 4096, 8192, 8193, 20_000, 65_536, 131_072, 131_073, 1 << 20, 5 << 20, 40 << 20];

    [Test]
    public void Alloc_EverySize_IsAlignedUniqueAndWritable([ValueSource(nameof(s_sizes))] nuint size)
    {
        using NativeHeap heap = new();
        void* one = heap.Alloc(size);
        void* other = heap.Alloc(size);
        Assert.That(one != other && (nuint)one % 16 == 0 && (nuint)other % 16 == 0);
        Assert.That(heap.UsableSize(one) >= size);
        NativeMemory.Fill(one, heap.UsableSize(one), 1);
        NativeMemory.Fill(other, heap.UsableSize(other), 2);
        Assert.That(size == 0 || (((byte*)one)[size - 1] == 1 && ((byte*)other)[0] == 2));
        heap.Free(one);
        heap.Free(other);
        Assert.That(heap.GetStatistics().LiveBlocks, Is.Zero);
    }

    [Test]
    public void AllocZeroed_RecycledMemory_IsZero([ValueSource(nameof(s_sizes))] nuint size)
    {
        using NativeHeap heap = new();
        for (int round = 0; round < 4; round++)
        {
            byte* block = (byte*)heap.AllocZeroed(size);
            for (nuint i = 0; i < size; i += int.MaxValue)
                Assert.That(new ReadOnlySpan<byte>(block + i, (int)nuint.Min(size - i, int.MaxValue)).IndexOfAnyExcept((byte)0), Is.EqualTo(-1));
            NativeMemory.Fill(block, heap.UsableSize(block), 0xFF);
            heap.Free(block);
        }
    }

    [Test]
    public void AlignedAlloc_EveryAlignment_Holds()
    {
        using NativeHeap heap = new();
        for (nuint alignment = 1; alignment <= 4 << 20; alignment *= 2)
        {
            foreach (nuint size in s_sizes)
            {
                if (size > 1 << 20) continue;
                byte* block = (byte*)heap.AlignedAlloc(size, alignment);
                Assert.That((nuint)block % alignment == 0 && heap.UsableSize(block) >= size);
                if (size > 0) block[0] = block[size - 1] = 7;
                byte* grown = (byte*)heap.AlignedRealloc(block, size + 100, alignment);
                Assert.That((nuint)grown % alignment == 0 && (size == 0 || grown[0] == 7));
                heap.AlignedFree(grown);
            }
        }
        Assert.That(heap.GetStatistics().LiveBlocks, Is.Zero);
    }

    [Test]
    public void Realloc_AnySizes_KeepsContents()
    {
        using NativeHeap heap = new();
        foreach (nuint from in s_sizes)
        {
            foreach (nuint to in s_sizes)
            {
                byte* block = (byte*)heap.Alloc(from);
                for (nuint i = 0; i < from; i += 501) block[i] = (byte)(i * 31);
                block = (byte*)heap.Realloc(block, to);
                bool same = true;
                for (nuint i = 0; i < nuint.Min(from, to); i += 501) same &= block[i] == (byte)(i * 31);
                Assert.That(same, $"{from} to {to}");
                heap.Free(block);
            }
        }
        heap.Free(heap.Realloc(null, 10));
        Assert.That(heap.GetStatistics().LiveBlocks, Is.Zero);
    }

    [Test]
    public void EveryMember_BadArguments_ThrowBeforeAnyEffect()
    {
        using NativeHeap heap = new();
        Assert.That(() => { heap.Alloc(nuint.MaxValue); }, Throws.TypeOf<OutOfMemoryException>());
        Assert.That(() => { heap.Alloc(nuint.MaxValue / 2 + 1); }, Throws.TypeOf<OutOfMemoryException>());
        Assert.That(() => { heap.Alloc(nuint.MaxValue / 8, 16); }, Throws.TypeOf<OutOfMemoryException>());
        Assert.That(() => { heap.AllocZeroed(nuint.MaxValue, 2); }, Throws.TypeOf<OutOfMemoryException>());
        Assert.That(() => { heap.AllocZeroed(nuint.MaxValue - 20); }, Throws.TypeOf<OutOfMemoryException>());
        Assert.That(() => { heap.AlignedAlloc(nuint.MaxValue, 64); }, Throws.TypeOf<OutOfMemoryException>());
        Assert.That(() => { heap.AlignedAlloc(nuint.MaxValue, 4096); }, Throws.TypeOf<OutOfMemoryException>());
        Assert.That(() => { heap.AlignedAlloc(8, 0); }, Throws.ArgumentException);
        Assert.That(() => { heap.AlignedAlloc(8, 24); }, Throws.ArgumentException);
        Assert.That(() => { heap.AlignedRealloc(null, 8, 3); }, Throws.ArgumentException);
        Assert.That(() => new NativeHeap(null!), Throws.ArgumentNullException);
        Assert.That(() => new NativeHeap(new NativeHeapOptions { QuarantineBytes = -1 }), Throws.TypeOf<ArgumentOutOfRangeException>());
        Assert.That(() => new NativeHeap(new NativeHeapOptions { SampleInterval = -1 }), Throws.TypeOf<ArgumentOutOfRangeException>());
        Assert.That(() => new NativeHeap(new NativeHeapOptions { Checks = (HeapChecks)1024 }), Throws.TypeOf<ArgumentOutOfRangeException>());
        void* block = heap.Alloc(100);
        Assert.That(() => { heap.Realloc(block, nuint.MaxValue); }, Throws.TypeOf<OutOfMemoryException>());
        NativeMemory.Fill(block, 100, 1);
        Assert.That(heap.GetStatistics().LiveBlocks, Is.EqualTo(1));
        Assert.That(heap.TryAlloc(nuint.MaxValue, out void* none) || none != null, Is.False);
        heap.Free(null);
        Assert.That(heap.UsableSize(null) == 0);
    }

    [Test]
    public void Free_ForeignPointer_ThrowsAndNamesTheOwner()
    {
        using NativeHeap heap = new();
        using NativeHeap other = new(new NativeHeapOptions { Name = "the other" });
        void* block = other.Alloc(100);
        heap.Free(heap.Alloc(100));
        HeapMisuseException? error = Assert.Throws<HeapMisuseException>(() => heap.Free(block));
        Assert.That(error!.Misuse, Is.EqualTo(HeapMisuse.WrongHeap));
        Assert.That(error.Message, Does.Contain("the other"));
        long onTheStack = 0;
        void* stack = &onTheStack;
        Assert.That(() => heap.Free(stack), Throws.TypeOf<HeapMisuseException>());
        Assert.That(() => heap.Free((void*)0x10), Throws.TypeOf<HeapMisuseException>());
        Assert.That(() => heap.Free((void*)nuint.MaxValue), Throws.TypeOf<HeapMisuseException>());
        Assert.That(() => heap.Realloc(block, 10), Throws.TypeOf<HeapMisuseException>());
        Assert.That(() => heap.UsableSize(block), Throws.TypeOf<HeapMisuseException>());
        void* large = heap.Alloc(1 << 20);
        Assert.That(() => heap.Free((byte*)large + 16), Throws.TypeOf<HeapMisuseException>());
        Assert.That(heap.Owns(block), Is.False);
        Assert.That(heap.Owns(large), Is.True);
        other.Free(block);
    }

    [Test]
    public void Dispose_FreesEverythingAtOnce()
    {
        NativeHeap heap = new();
        for (int i = 0; i < 10_000; i++) heap.Alloc((nuint)(i * 7 % 3000));
        void* huge = heap.Alloc(100 << 20);
        heap.Dispose();
        heap.Dispose();
        Assert.That(PageMap.Find(huge) == null);
        Assert.That(() => { heap.Alloc(1); }, Throws.TypeOf<ObjectDisposedException>());
        Assert.That(() => heap.Free(huge), Throws.TypeOf<ObjectDisposedException>());
        Assert.That(() => { heap.Realloc(huge, 1); }, Throws.TypeOf<ObjectDisposedException>());
        Assert.That(() => { heap.UsableSize(huge); }, Throws.TypeOf<ObjectDisposedException>());
        Assert.That(heap.Trim, Throws.TypeOf<ObjectDisposedException>());
        Assert.That(heap.GetStatistics, Throws.TypeOf<ObjectDisposedException>());
        Assert.That(heap.Owns(huge), Is.False);
        Assert.That(NativeHeap.Shared.Dispose, Throws.InvalidOperationException);
    }

    [Test]
    public void Alloc_ManyHeapsInOneThread_EachKeepsItsOwnBlocks()
    {
        List<NativeHeap> heaps = [.. Enumerable.Range(0, 30).Select(_ => new NativeHeap())];
        List<(NativeHeap Heap, nuint Block)> blocks = [];
        for (int i = 0; i < 3000; i++)
        {
            NativeHeap heap = heaps[i % heaps.Count];
            blocks.Add((heap, (nuint)heap.Alloc(50)));
        }
        foreach ((NativeHeap heap, nuint block) in blocks)
        {
            Assert.That(heap.Owns((void*)block), Is.True);
            heap.Free((void*)block);
        }
        foreach (NativeHeap heap in heaps)
        {
            Assert.That(heap.GetStatistics().LiveBlocks, Is.Zero);
            heap.Dispose();
        }
    }

    [Test]
    public void AllocFree_AfterWarmUp_AllocatesNoManagedMemory()
    {
        using NativeHeap heap = new();
        void Round()
        {
            for (nuint size = 1; size < 300_000; size += size / 4 + 1) heap.Free(heap.Alloc(size));
            heap.Free(heap.AlignedAlloc(100, 64));
            heap.Free(heap.Realloc(heap.Alloc(10), 1000));
        }
        Round();
        long before = GC.GetAllocatedBytesForCurrentThread();
        Round();
        Assert.That(GC.GetAllocatedBytesForCurrentThread() - before, Is.Zero);
    }
}
