namespace Gabbro.Alloc.Tests.Maps;

public sealed unsafe class HeapMapTests
{
    [Test]
    public void GetMap_SomeBlocks_AccountsForEveryByte()
    {
        using NativeHeap heap = new();
        List<nuint> blocks = [];
        for (int i = 0; i < 2000; i++) blocks.Add((nuint)heap.Alloc((nuint)(i % 40 * 37)));
        for (int i = 0; i < 2000; i += 3) heap.Free((void*)blocks[i]);
        heap.Alloc(1 << 20);
        heap.Alloc(50 << 20);
        HeapMap map = heap.GetMap();
        HeapStatistics statistics = heap.GetStatistics();
        Assert.That(map.UsedBytes, Is.EqualTo(statistics.LiveBytes));
        long used = map.Spans.SelectMany(s => s.Runs).Where(r => r.State == HeapMapState.Used).Sum(r => r.Blocks);
        Assert.That(used, Is.EqualTo(statistics.LiveBlocks));
        foreach (HeapMapSpan span in map.Spans)
        {
            ulong at = span.Address;
            foreach (HeapMapRun run in span.Runs)
            {
                Assert.That(run.Address, Is.EqualTo(at));
                at += (ulong)run.Bytes;
            }
            Assert.That(at, Is.EqualTo(span.Address + (ulong)span.Bytes));
        }
    }

    [Test]
    public void ToText_FreeNeighbours_AreMarked()
    {
        HeapMap map = new("example",
        [
            new HeapMapSpan(0x10000, 512, 64,
            [
                new HeapMapRun(0x10000, 64, HeapMapState.Used, 1), new HeapMapRun(0x10040, 192, HeapMapState.Free, 3),
                new HeapMapRun(0x10100, 128, HeapMapState.Used, 2), new HeapMapRun(0x10180, 128, HeapMapState.Unused, 2),
            ]),
        ]);
        string[] lines = map.ToText().Split('\n');
        Assert.That(lines[1], Does.Contain("[USED 64][FREE 64 x3][USED 64 x2][UNUSED 64 x2]"));
        Assert.That(lines[2].IndexOf('^'), Is.EqualTo(lines[1].IndexOf("[FREE", StringComparison.Ordinal) + 1));
        Assert.That(map.ToText(1), Does.Contain("3 more runs"));
        Assert.That(() => map.ToText(0), Throws.TypeOf<ArgumentOutOfRangeException>());
    }

    [Test]
    public void SaveLoad_RoundTrips_AndBadTextIsNamed()
    {
        using NativeHeap heap = new(new NativeHeapOptions { Name = "saved <heap>" });
        for (int i = 0; i < 100; i++) heap.Alloc((nuint)(i * 50));
        HeapMap map = heap.GetMap();
        StringWriter writer = new();
        map.Save(writer);
        HeapMap loaded = HeapMap.Load(new StringReader(writer.ToString()));
        Assert.That(loaded.Name, Is.EqualTo("saved <heap>"));
        Assert.That(loaded.ToText(), Is.EqualTo(map.ToText()));
        Assert.That(loaded.Since(map).UsedBytes, Is.Zero);
        Assert.That(() => HeapMap.Load(new StringReader("nonsense")), Throws.TypeOf<FormatException>());
        Assert.That(() => HeapMap.Load(new StringReader("gabbro-heap-map 1\nspan zz")), Throws.TypeOf<FormatException>().With.Message.Contains("Line 2"));
        Assert.That(() => HeapMap.Load(new StringReader("gabbro-heap-map 1\nrun 1 2")), Throws.TypeOf<FormatException>());
    }

    [Test]
    public void Since_BlocksAddedAndFreed_CountsThemBySize()
    {
        using NativeHeap heap = new();
        void* old = heap.Alloc(100);
        HeapMap before = heap.GetMap();
        heap.Free(old);
        for (int i = 0; i < 10; i++) heap.Alloc(1000);
        HeapMapDifference difference = heap.GetMap().Since(before);
        Assert.That(difference.BlocksBySize[112], Is.EqualTo(-1));
        Assert.That(difference.BlocksBySize[1024], Is.EqualTo(10));
        Assert.That(difference.UsedBytes, Is.EqualTo(10 * 1024 - 112));
        Assert.That(difference.Added, Is.Not.Empty);
        Assert.That(difference.ToString(), Does.Contain("+10 blocks of 1024"));
    }

    [Test]
    public void Pictures_AreWellFormed()
    {
        using NativeHeap heap = new(new NativeHeapOptions { Name = "a & b" });
        for (int i = 0; i < 500; i++) heap.Alloc((nuint)(i * 11));
        HeapMap map = heap.GetMap();
        System.Xml.Linq.XDocument svg = System.Xml.Linq.XDocument.Parse(map.ToSvg());
        Assert.That(svg.Root!.Elements().Count(), Is.GreaterThan(50));
        Assert.That(map.ToHtml(), Does.StartWith("<!DOCTYPE html>").And.Contain("wheel"));
    }
}
