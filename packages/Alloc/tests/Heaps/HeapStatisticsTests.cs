using System.Diagnostics.Metrics;
using Gabbro.Alloc.Core;

namespace Gabbro.Alloc.Tests.Heaps;

public sealed unsafe class HeapStatisticsTests
{
    [Test]
    public void GetStatistics_RandomUse_TheBooksBalance([Values] bool hardened)
    {
        int seed = TestEffort.Seed();
        Random random = new(seed);
        using NativeHeap heap = new(new NativeHeapOptions { Hardened = hardened });
        List<(nuint Block, nuint Bytes)> blocks = [];
        for (int i = 0; i < 30_000; i++)
        {
            if (blocks.Count > 0 && random.Next(3) == 0)
            {
                int index = random.Next(blocks.Count);
                heap.Free((void*)blocks[index].Block);
                blocks[index] = blocks[^1];
                blocks.RemoveAt(blocks.Count - 1);
            }
            else
            {
                nuint bytes = (nuint)(random.Next(100) == 0 ? random.Next(500_000) : random.Next(3000));
                void* block = heap.Alloc(bytes);
                blocks.Add(((nuint)block, heap.UsableSize(block)));
            }
            if (i % 1000 != 0) continue;
            HeapStatistics s = heap.GetStatistics();
            Assert.That(s.LiveBlocks, Is.EqualTo(blocks.Count), $"seed {seed}");
            Assert.That(s.LiveBytes, Is.EqualTo(blocks.Sum(b => (long)b.Bytes)), $"seed {seed}");
            Assert.That(s.LiveBytes + s.FreeBytes + s.MetadataBytes, Is.EqualTo(s.MappedBytes));
            Assert.That(s.CachedBytes + s.FreeSpanBytes, Is.LessThanOrEqualTo(s.FreeBytes));
            Assert.That(s.Allocations - s.Frees, Is.EqualTo(blocks.Count));
        }
        HeapStatistics last = heap.GetStatistics();
        Assert.That(last.InternalFragmentation, Is.InRange(0.0, 0.25));
        Assert.That(last.ExternalFragmentation, Is.InRange(0.0, 1.0));
        Assert.That(last.Threads, Has.Count.EqualTo(1));
        Assert.That(last.ToString(), Does.Contain("fragmentation"));
    }

    [Test]
    public void Trim_EverythingFreed_GivesNearlyAllBack()
    {
        using NativeHeap heap = new();
        List<nuint> blocks = [];
        for (int i = 0; i < 200_000; i++) blocks.Add((nuint)heap.AllocZeroed((nuint)(16 + (i % 500))));
        foreach (nuint block in blocks) heap.Free((void*)block);
        heap.Trim();
        HeapStatistics s = heap.GetStatistics();
        Assert.That(s.DirtyBytes, Is.Zero);
        Assert.That(s.FreeSpans, Is.LessThan(10), "merged");
        Assert.That(s.PurgedBytes, Is.GreaterThan(30_000_000));
    }

    [Test]
    public void Trim_OneBlockInTwentyKept_GivesHolesBackAndKeepsContents([Values] bool hardened)
    {
        using NativeHeap heap = new(new NativeHeapOptions { Hardened = hardened });
        List<nuint> blocks = [];
        for (int i = 0; i < 60_000; i++)
        {
            long* block = (long*)heap.Alloc(1000);
            *block = i;
            blocks.Add((nuint)block);
        }
        for (int i = 0; i < blocks.Count; i++)
        {
            if (i % 20 != 0) heap.Free((void*)blocks[i]);
        }
        // 3,000 blocks of 1,024 bytes hold at most two system pages each.
        Assert.That(heap.Trim(), Is.GreaterThan(60_000L * 1024 * 6 / 10));
        for (int i = 0; i < blocks.Count; i += 20) Assert.That(*(long*)blocks[i], Is.EqualTo(i));
        // The holes are used again, and everything balances.
        long mapped = heap.GetStatistics().MappedBytes;
        HashSet<nuint> again = [];
        for (int i = 0; i < 50_000; i++)
        {
            byte* block = (byte*)heap.Alloc(1000);
            block[999] = 1;
            Assert.That(again.Add((nuint)block), Is.True);
        }
        Assert.That(heap.GetStatistics().MappedBytes, Is.LessThan(mapped + (2 << 20)));
        Assert.That(heap.GetStatistics().LiveBlocks, Is.EqualTo(53_000));
        for (int i = 0; i < blocks.Count; i += 20) Assert.That(*(long*)blocks[i], Is.EqualTo(i));
        foreach (nuint block in again) heap.Free((void*)block);
        heap.Trim();
        foreach (int i in Enumerable.Range(0, 3000)) heap.Free((void*)blocks[i * 20]);
        Assert.That(heap.GetStatistics().LiveBlocks, Is.Zero);
    }

    [Test]
    public void Tick_OldDirtySpans_AreGivenBackWithoutAnyCallOfTheProgram()
    {
        using NativeHeap heap = new();
        heap.Free(heap.AllocZeroed(30 << 20));
        Assert.That(heap.GetStatistics().DirtyBytes, Is.GreaterThan(20 << 20));
        // What the timer does, a second later: age 0 stands for the second.
        Purging.Purge(heap.Core, 0, 0);
        Assert.That(heap.GetStatistics().DirtyBytes, Is.Zero);
        Assert.That(Purging.Tick(heap.Core), Is.False);
    }

    [Test]
    public void Meter_Listening_ReportsEveryHeap()
    {
        using NativeHeap heap = new(new NativeHeapOptions { Name = "metered" });
        void* block = heap.Alloc(1000);
        Dictionary<string, long> seen = [];
        using MeterListener listener = new();
        listener.InstrumentPublished = (instrument, l) =>
        {
            if (instrument.Meter.Name == "Gabbro.Alloc") l.EnableMeasurementEvents(instrument);
        };
        listener.SetMeasurementEventCallback<long>((instrument, value, tags, _) =>
        {
            if (tags.Length == 1 && (string?)tags[0].Value == "metered") seen[instrument.Name] = value;
        });
        listener.Start();
        listener.RecordObservableInstruments();
        Assert.That(seen["gabbro.alloc.blocks"], Is.EqualTo(1));
        Assert.That(seen["gabbro.alloc.live"], Is.EqualTo(1024));
        heap.Free(block);
    }

    [Test]
    public void MemoryPressure_Reported_DoesNotDisturb()
    {
        using NativeHeap heap = new(new NativeHeapOptions { ReportMemoryPressure = true });
        for (int i = 0; i < 20; i++) heap.Free(heap.Alloc(5 << 20));
        for (int i = 0; i < 1000; i++) heap.Alloc(10_000);
        Assert.That(heap.GetStatistics().LiveBlocks, Is.EqualTo(1000));
    }
}
