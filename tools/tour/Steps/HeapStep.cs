using Gabbro.Alloc;

namespace Gabbro.Tools.Tour.Steps;

/// <summary>Runs a seeded mix of allocations through a heap, checks every byte and the books, and shows the map.</summary>
internal sealed unsafe class HeapStep : ITourStep
{
    public string Name => "heap";

    public string Title => "Run allocations through a heap and map it";

    public void Run(TourContext context, StepReport report)
    {
        const int slots = 4096;
        var seed = Environment.TickCount;
        var random = new Random(seed);
        var operations = context.Quick ? 200_000 : 2_000_000;
        using var heap = new NativeHeap(new NativeHeapOptions { Name = "tour" });
        var blocks = new nint[slots];
        var sizes = new int[slots];
        for (var i = 0; i < operations; i++)
        {
            var slot = random.Next(slots);
            if (blocks[slot] != 0)
            {
                // A block still holds what was written when it was allocated, or two blocks overlap.
                var block = new ReadOnlySpan<byte>((void*)blocks[slot], sizes[slot]);
                StepReport.Check(!block.ContainsAnyExcept((byte)slot), $"block {slot} was overwritten (seed {seed})");
                heap.Free((void*)blocks[slot]);
                blocks[slot] = 0;
            }
            else
            {
                sizes[slot] = Size(random);
                blocks[slot] = (nint)heap.Alloc((nuint)sizes[slot]);
                new Span<byte>((void*)blocks[slot], sizes[slot]).Fill((byte)slot);
            }

            if ((i & 0xffff) == 0)
                report.Progress((double)i / operations);
        }

        heap.Verify();
        var books = heap.GetStatistics();
        var live = blocks.Count(b => b != 0);
        StepReport.Check(books.LiveBlocks == live, $"the heap counts {books.LiveBlocks} live blocks, there are {live} (seed {seed})");
        StepReport.Check(books.LiveBytes + books.FreeBytes + books.MetadataBytes == books.MappedBytes, $"live + free + metadata is not mapped (seed {seed})");
        report.Fact("operations", $"{operations:N0}, every byte checked");
        report.Fact("heap", $"{live:N0} blocks, {books.LiveBytes / 1024:N0} KiB live of {books.MappedBytes / 1024:N0} KiB mapped");
        var map = heap.GetMap().ToText(16).Split('\n');
        report.Picture.AddRange(map.Take(12));
        foreach (var block in blocks)
            heap.Free((void*)block);
    }

    /// <summary>Mostly small, sometimes large, as programs do.</summary>
    private static int Size(Random random) => random.Next(100) switch
    {
        < 80 => random.Next(1, 256),
        < 99 => random.Next(256, 8192),
        _ => random.Next(8192, 200_000),
    };
}
