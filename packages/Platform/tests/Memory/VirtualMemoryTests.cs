using Gabbro.Platform.Memory;

namespace Gabbro.Platform.Tests.Memory;

public sealed unsafe class VirtualMemoryTests
{
    private static nuint Page => VirtualMemory.PageSize;

    [Test]
    public void Reserve_HugeRange_CommitsPartsAsNeeded()
    {
        nuint size = (nuint)1 << 36;
        byte* start = (byte*)VirtualMemory.Reserve(size);
        byte* middle = start + (size / 2);
        VirtualMemory.Commit(middle, Page);
        Assert.That(*middle, Is.Zero);
        *middle = 42;
        VirtualMemory.Decommit(middle, Page);
        VirtualMemory.Commit(middle, Page);
        Assert.That(*middle, Is.Zero);
        VirtualMemory.Release(start, size);
    }

    [TestCase(1u << 16)]
    [TestCase(1u << 21)]
    [TestCase(1u << 26)]
    public void Reserve_WithAlignment_IsAligned(uint alignment)
    {
        for (int i = 0; i < 20; i++)
        {
            Assert.That(VirtualMemory.TryReserve(3 * Page, alignment, out void* start, out _));
            Assert.That((ulong)start % alignment, Is.Zero);
            VirtualMemory.Release(start, 3 * Page);
        }
    }

    [Test]
    public void TryAllocate_Memory_IsZeroAndWritable()
    {
        Assert.That(VirtualMemory.TryAllocate(100_000, 0, out void* start, out _));
        Span<byte> memory = new(start, 100_000);
        Assert.That(memory.IndexOfAnyExcept((byte)0), Is.EqualTo(-1));
        memory.Fill(1);
        VirtualMemory.Release(start, 100_000);
    }

    [Test]
    public void Advise_Discard_ReadsAsZero()
    {
        Assert.That(VirtualMemory.TryAllocate(Page, 0, out void* start, out _));
        *(byte*)start = 1;
        NativeError error = VirtualMemory.Advise(start, Page, MemoryAdvice.Discard);
        if (error.Kind != ErrorKind.NotSupported)
            Assert.That(*(byte*)start, Is.Zero);
        VirtualMemory.Release(start, Page);
    }

    [Test]
    public void Advise_EveryAdvice_SucceedsOrIsNotSupported()
    {
        Assert.That(VirtualMemory.TryAllocate(4 * Page, 0, out void* start, out _));
        foreach (MemoryAdvice advice in Enum.GetValues<MemoryAdvice>())
        {
            ErrorKind kind = VirtualMemory.Advise(start, 4 * Page, advice).Kind;
            Assert.That(kind, Is.EqualTo(ErrorKind.None).Or.EqualTo(ErrorKind.NotSupported), advice.ToString());
        }
        VirtualMemory.Release(start, 4 * Page);
    }

    [Test]
    public void Calls_BadArguments_ThrowBeforeAnyEffect()
    {
        Assert.That(VirtualMemory.TryAllocate(Page, 0, out void* start, out _));
        byte* p = (byte*)start;
        Assert.Throws<ArgumentException>(() => VirtualMemory.Commit(p + 1, Page));
        Assert.Throws<ArgumentException>(() => VirtualMemory.Commit(p, Page - 1));
        Assert.Throws<ArgumentException>(() => VirtualMemory.Commit(p, 0));
        Assert.Throws<ArgumentException>(() => VirtualMemory.Decommit(null, Page));
        Assert.Throws<ArgumentOutOfRangeException>(() => VirtualMemory.Protect(p, Page, (MemoryProtection)64));
        Assert.Throws<ArgumentOutOfRangeException>(() => VirtualMemory.Reserve(0));
        Assert.Throws<ArgumentOutOfRangeException>(() => VirtualMemory.Reserve(nuint.MaxValue));
        Assert.Throws<ArgumentOutOfRangeException>(() => VirtualMemory.Reserve(Page, 3));
        Assert.Throws<ArgumentOutOfRangeException>(() => VirtualMemory.Advise(p, Page, (MemoryAdvice)99));
        VirtualMemory.Release(start, Page);
    }

    [Test]
    public void TryReserve_MoreThanTheAddressSpace_OutOfMemory()
    {
        Assert.That(VirtualMemory.TryReserve((nuint)1 << 60, 0, out _, out NativeError error), Is.False);
        Assert.That(error.Kind, Is.EqualTo(ErrorKind.OutOfMemory).Or.EqualTo(ErrorKind.InvalidArgument));
    }
}
