namespace Gabbro.Alloc;

/// <summary>How a <see cref="NativeHeap"/> behaves. Read once, when the heap is made.</summary>
public sealed class NativeHeapOptions
{
    /// <summary>A name for reports, metrics and the debugger. Default "heap".</summary>
    public string Name { get; init; } = "heap";

    /// <summary>What the heap verifies at the price of speed. Default <see cref="HeapChecks.None"/>.</summary>
    public HeapChecks Checks { get; init; }

    /// <summary>
    /// Makes a heap for code that may be attacked, at a price that a release can pay: double frees and pointers that are
    /// not the start of a block throw <see cref="HeapMisuseException"/>, free blocks hold nothing that a stray write could
    /// bend, the next block is a random one, and every run of blocks and every large block ends at an inaccessible page.
    /// Unlike with <see cref="Checks"/> nothing is recorded about a block. Default false.
    /// </summary>
    public bool Hardened { get; init; }

    /// <summary>
    /// With <see cref="HeapChecks.Quarantine"/>: how many bytes of freed blocks are held back from reuse. Default 16 MiB.
    /// </summary>
    public long QuarantineBytes { get; init; } = 16 << 20;

    /// <summary>
    /// Records the call stack of about one allocation in so many bytes of growth, for <see cref="NativeHeap.GetProfile"/>
    /// and for leak reports. 0, the default, records none; 512 KiB costs next to nothing.
    /// </summary>
    public long SampleInterval { get; init; }

    /// <summary>
    /// Tells the garbage collector how much memory the heap holds, in steps of a megabyte, so that it collects sooner when
    /// managed objects keep native blocks alive. Default false.
    /// </summary>
    public bool ReportMemoryPressure { get; init; }

    /// <summary>
    /// Called by <see cref="NativeHeap.Dispose"/> when blocks are still allocated and the heap is checked or sampled.
    /// </summary>
    public Action<LeakReport>? LeakReporter { get; init; }

    /// <summary>The clock of the records of checked heaps. Default the system's.</summary>
    public TimeProvider TimeProvider { get; init; } = TimeProvider.System;

    internal void Validate()
    {
        ArgumentNullException.ThrowIfNull(Name, nameof(Name));
        ArgumentNullException.ThrowIfNull(TimeProvider, nameof(TimeProvider));
        ArgumentOutOfRangeException.ThrowIfNegative(QuarantineBytes, nameof(QuarantineBytes));
        ArgumentOutOfRangeException.ThrowIfNegative(SampleInterval, nameof(SampleInterval));
        if ((Checks & ~HeapChecks.All) != 0)
            throw new ArgumentOutOfRangeException(nameof(Checks), Checks, "There is no such check.");
    }
}
