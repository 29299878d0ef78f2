using Gabbro.Alloc.Core;

namespace Gabbro.Alloc.Tests.Core;

public sealed unsafe class SizeClassTests
{
    [Test]
    public void Of_EverySize_RoundsUpByAtMostAnEighth()
    {
        for (nuint size = 1; size <= SizeClass.Limit; size++)
        {
            int sizeClass = SizeClass.Of(size);
            nuint rounded = SizeClass.SizeOf(sizeClass);
            if (rounded < size || (sizeClass > 0 && SizeClass.SizeOf(sizeClass - 1) >= size) || (ulong)(rounded - size) * 8 > Math.Max(size, 128))
                Assert.Fail($"{size} -> class {sizeClass} of {rounded}");
        }
        Assert.That(SizeClass.SizeOf(SizeClass.Count - 1), Is.EqualTo(SizeClass.Limit));
    }

    [Test]
    public void FillTables_EverySize_AgreesWithArithmetic()
    {
        ThreadHeap heap = default;
        SizeClass.FillTables(heap.SmallClass, heap.MediumClass, heap.LargeClass);
        for (nuint size = 0; size <= SizeClass.SmallLimit; size++)
            Assert.That(ThreadHeap.ListOf(&heap, size), Is.EqualTo((nuint)SizeClass.Of(size)));
        for (nuint size = SizeClass.SmallLimit + 1; size <= SizeClass.MediumLimit; size++)
            Assert.That(heap.MediumClass[(size + 127) >> 7], Is.EqualTo(SizeClass.Of(size)));
        for (nuint size = SizeClass.MediumLimit + 1; size <= SizeClass.Limit; size++)
            Assert.That(heap.LargeClass[(size + 1023) >> 10], Is.EqualTo(SizeClass.Of(size)));
        foreach (nuint size in (nuint[])[SizeClass.SmallLimit + 1, nuint.MaxValue, nuint.MaxValue - 14, nuint.MaxValue / 2])
            Assert.That(ThreadHeap.ListOf(&heap, size), Is.EqualTo((nuint)SizeClass.None));
    }

    [Test]
    public void AlignedClassSize_EveryAlignment_IsAMultipleThatHolds()
    {
        for (nuint alignment = 16; alignment <= 16384; alignment *= 2)
        {
            for (nuint size = 0; size <= SizeClass.Limit; size += 37)
            {
                nuint found = Allocator.AlignedClassSize(size, alignment);
                if (found == 0)
                {
                    Assert.That(size + alignment, Is.GreaterThan(SizeClass.Limit));
                    continue;
                }
                Assert.That(found % alignment == 0 && found >= size && SizeClass.SizeOf(SizeClass.Of(found)) == found);
            }
        }
    }

    [Test]
    public void Layout_MatchesWhatTheFastPathsAssume()
    {
        ThreadHeap heap = default;
        Assert.That((byte*)heap.Free - (byte*)&heap, Is.Zero);
        Assert.That((byte*)heap.Room - (byte*)&heap, Is.EqualTo(ThreadHeap.RoomOffset));
        Assert.That(heap.SmallClass - (byte*)&heap, Is.EqualTo(ThreadHeap.SmallClassOffset));
        Assert.That(sizeof(Page), Is.EqualTo(128));
        Page page = default;
        Assert.That((byte*)&page.Remote - (byte*)&page, Is.GreaterThanOrEqualTo(64), "other threads' line");
        Assert.That((int)Region.StandardBytes % (int)Region.SliceBytes, Is.Zero);
    }

    [Test]
    public void Bits_LowestAndHighest_AgreeWithTheRuntime()
    {
        Random random = new(5);
        for (int i = 0; i < 64; i++)
        {
            ulong value = 1UL << i;
            Assert.That(Bits.LowestOne(value), Is.EqualTo(i));
            Assert.That(Bits.LowestOne(value | ((ulong)random.NextInt64() << i)), Is.EqualTo(i));
            if (i < 53) Assert.That(Bits.HighestOne((nuint)value), Is.EqualTo(i));
        }
    }
}
