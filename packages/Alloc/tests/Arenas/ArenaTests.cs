using System.Runtime.InteropServices;

namespace Gabbro.Alloc.Tests.Arenas;

public sealed unsafe class ArenaTests
{
    [Test]
    public void Alloc_ManySizes_AreDisjointAndAligned()
    {
        using Arena arena = new();
        Random random = new(1);
        List<(nuint Start, nuint Bytes, byte Fill)> blocks = [];
        for (int i = 0; i < 5000; i++)
        {
            nuint bytes = (nuint)random.Next(0, 400);
            byte* block = (byte*)arena.Alloc(bytes);
            Assert.That((ulong)block % 16, Is.Zero);
            byte fill = (byte)random.Next(256);
            NativeMemory.Fill(block, bytes, fill);
            blocks.Add(((nuint)block, bytes, fill));
        }
        foreach ((nuint start, nuint bytes, byte fill) in blocks)
            Assert.That(new ReadOnlySpan<byte>((void*)start, (int)bytes).IndexOfAnyExcept(fill), Is.EqualTo(-1));
        Assert.That(arena.AllocatedBytes, Is.LessThanOrEqualTo(arena.ReservedBytes));
    }

    [Test]
    public void AlignedAlloc_EveryAlignment_Holds([Values(1, 2, 8, 16, 32, 64, 256, 4096)] int alignment)
    {
        using Arena arena = new();
        for (nuint bytes = 1; bytes < 3000; bytes += 97)
        {
            arena.Alloc(3);
            Assert.That((ulong)arena.AlignedAlloc(bytes, (nuint)alignment) % (ulong)alignment, Is.Zero);
        }
    }

    [Test]
    public void AlignedAlloc_BadAlignment_Throws([Values(0u, 3u, 48u, 8192u)] uint alignment)
    {
        using Arena arena = new();
        Assert.That(() => { arena.AlignedAlloc(8, alignment); }, Throws.TypeOf<ArgumentOutOfRangeException>());
    }

    [Test]
    public void Alloc_OverflowingSize_ThrowsOutOfMemory()
    {
        using Arena arena = new();
        arena.Alloc(1);
        foreach (nuint bytes in (nuint[])[nuint.MaxValue, nuint.MaxValue - 14, nuint.MaxValue - 15, nuint.MaxValue / 2])
            Assert.That(() => { arena.Alloc(bytes); }, Throws.TypeOf<OutOfMemoryException>());
        Assert.That(arena.Alloc(16) != null);
    }

    [Test]
    public void Reset_Everything_ReusesTheSameMemoryWithoutGrowing()
    {
        using Arena arena = new();
        void* first = arena.Alloc(100);
        for (int i = 0; i < 3000; i++) arena.Alloc(1000);
        long reserved = arena.ReservedBytes;
        for (int round = 0; round < 10; round++)
        {
            arena.Reset();
            Assert.That(arena.AllocatedBytes, Is.Zero);
            Assert.That(arena.Alloc(100) == first);
            for (int i = 0; i < 3000; i++) arena.Alloc(1000);
            Assert.That(arena.ReservedBytes, Is.EqualTo(reserved));
        }
    }

    [Test]
    public void Reset_NestedMarks_RestorePositionsAcrossChunks()
    {
        using Arena arena = new(new ArenaOptions { FirstChunkBytes = 4096, LargestChunkBytes = 8192 });
        Random random = new(7);
        for (int round = 0; round < 200; round++)
        {
            ArenaMark outer = arena.Mark();
            long before = arena.AllocatedBytes;
            for (int i = random.Next(20); i > 0; i--) arena.Alloc((nuint)random.Next(5000));
            ArenaMark inner = arena.Mark();
            long middle = arena.AllocatedBytes;
            for (int i = random.Next(20); i > 0; i--) arena.Alloc((nuint)random.Next(20000));
            arena.Reset(inner);
            Assert.That(arena.AllocatedBytes, Is.EqualTo(middle));
            if (random.Next(4) == 0) arena.Trim();
            arena.Reset(outer);
            Assert.That(arena.AllocatedBytes, Is.EqualTo(before));
            arena.Alloc((nuint)random.Next(100));
        }
    }

    [Test]
    public void Reset_MarkPassedByAnOlderReset_Throws()
    {
        using Arena arena = new();
        ArenaMark outer = arena.Mark();
        arena.Alloc(100);
        ArenaMark inner = arena.Mark();
        arena.Reset(outer);
        Assert.That(() => arena.Reset(inner), Throws.InvalidOperationException);
        arena.Alloc(1000);
        ArenaMark last = arena.Mark();
        arena.Reset();
        Assert.That(() => arena.Reset(last), Throws.InvalidOperationException);
    }

    [Test]
    public void Reset_StaleMarkOfATrimmedChunk_NeverTouchesFreedMemory()
    {
        using Arena arena = new(new ArenaOptions { FirstChunkBytes = 4096, LargestChunkBytes = 4096 });
        arena.Alloc(16);
        ArenaMark outer = arena.Mark();
        arena.Alloc(3000);
        arena.Alloc(3000);
        ArenaMark stale = arena.Mark();
        arena.Reset(outer);
        arena.Trim();
        arena.Alloc(3000);
        arena.Alloc(3000);
        arena.Alloc(3000);
        // The new chunks may lie where the trimmed one lay; only then may the stale mark pass as one of them.
        bool accepted = true;
        try
        {
            arena.Reset(stale);
        }
        catch (InvalidOperationException)
        {
            accepted = false;
        }
        TestContext.Out.WriteLine($"accepted: {accepted}");
        Assert.That(arena.AllocatedBytes, Is.LessThanOrEqualTo(arena.ReservedBytes));
    }

    [Test]
    public void Reset_MarkOfAnotherArena_Throws()
    {
        using Arena one = new();
        using Arena other = new();
        ArenaMark mark = one.Mark();
        Assert.That(() => other.Reset(mark), Throws.ArgumentException);
    }

    [Test]
    public void BeginScope_Disposed_FreesWhatWasAllocatedInside()
    {
        using Arena arena = new();
        arena.Alloc(64);
        long before = arena.AllocatedBytes;
        using (arena.BeginScope())
        {
            arena.Alloc(100_000);
            using (arena.BeginScope()) arena.Alloc(100_000);
            Assert.That(arena.AllocatedBytes, Is.GreaterThan(before));
        }
        Assert.That(arena.AllocatedBytes, Is.EqualTo(before));
    }

    [Test]
    public void PoisonOnReset_AfterReset_OldBytesAreGarbage()
    {
        using Arena arena = new(new ArenaOptions { PoisonOnReset = true });
        Span<byte> bytes = arena.AllocSpan<byte>(100);
        bytes.Fill(1);
        arena.Reset();
        Assert.That(bytes.IndexOf((byte)1), Is.EqualTo(-1));
    }

    [Test]
    public void Trim_EmptyArena_GivesEverythingBack()
    {
        using Arena arena = new();
        for (int i = 0; i < 100; i++) arena.Alloc(100_000);
        arena.Reset();
        arena.Trim();
        Assert.That(arena.ReservedBytes, Is.Zero);
        Assert.That(arena.AllocSpan<long>(5).Length, Is.EqualTo(5));
    }

    [Test]
    public void TypedAllocations_AreClearedOrCopied()
    {
        using Arena arena = new();
        ref long value = ref arena.Alloc<long>();
        Assert.That(value, Is.Zero);
        Assert.That(arena.Copy<int>([1, 2, 3]).ToArray(), Is.EqualTo(new[] { 1, 2, 3 }));
        Assert.That(() => { arena.AllocSpan<int>(-1); }, Throws.TypeOf<ArgumentOutOfRangeException>());
        byte* zeroed = (byte*)arena.AllocZeroed(500);
        Assert.That(new ReadOnlySpan<byte>(zeroed, 500).IndexOfAnyExcept((byte)0), Is.EqualTo(-1));
    }

    [Test]
    public void EveryMember_AfterDispose_Throws()
    {
        Arena arena = new();
        arena.Alloc(10);
        arena.Dispose();
        arena.Dispose();
        Assert.That(() => { arena.Alloc(10); }, Throws.TypeOf<ObjectDisposedException>());
        Assert.That(() => { arena.Alloc(0); }, Throws.TypeOf<ObjectDisposedException>());
        Assert.That(() => { arena.AlignedAlloc(10, 64); }, Throws.TypeOf<ObjectDisposedException>());
        Assert.That(arena.Reset, Throws.TypeOf<ObjectDisposedException>());
        Assert.That(arena.Trim, Throws.TypeOf<ObjectDisposedException>());
        Assert.That(() => arena.Mark(), Throws.TypeOf<ObjectDisposedException>());
    }

    [Test]
    public void Options_OutOfRange_Throw()
    {
        Assert.That(() => new Arena(new ArenaOptions { FirstChunkBytes = 100 }), Throws.TypeOf<ArgumentOutOfRangeException>());
        Assert.That(() => new Arena(new ArenaOptions { LargestChunkBytes = 4096 }), Throws.TypeOf<ArgumentOutOfRangeException>());
        Assert.That(() => new Arena(null!), Throws.ArgumentNullException);
    }

    [Test]
    public void Alloc_AfterWarmUp_AllocatesNoManagedMemory()
    {
        using Arena arena = new();
        void Round()
        {
            using ArenaScope scope = arena.BeginScope();
            for (int i = 0; i < 1000; i++) arena.Alloc((nuint)i);
            arena.AllocSpan<int>(100);
        }
        Round();
        long before = GC.GetAllocatedBytesForCurrentThread();
        Round();
        Assert.That(GC.GetAllocatedBytesForCurrentThread() - before, Is.Zero);
    }

    [Test]
    public void BufferWriter_ManyWrites_KeepsTheBytesContiguous()
    {
        using Arena arena = new();
        ArenaBufferWriter writer = new(arena);
        List<byte> expected = [];
        Random random = new(3);
        for (int i = 0; i < 500; i++)
        {
            int length = random.Next(1, 300);
            Span<byte> span = random.Next(2) == 0 ? writer.GetSpan(length) : writer.GetMemory(length).Span;
            random.NextBytes(span[..length]);
            expected.AddRange(span[..length]);
            writer.Advance(length);
        }
        Assert.That(writer.WrittenSpan.SequenceEqual(expected.ToArray()));
        Assert.That(() => writer.Advance(int.MaxValue), Throws.TypeOf<ArgumentOutOfRangeException>());
        Assert.That(() => { writer.GetSpan(-1); }, Throws.TypeOf<ArgumentOutOfRangeException>());
    }
}
