namespace Gabbro.Reactor;

/// <summary>How an <see cref="EventLoop"/> is set up. Read once, by the constructor.</summary>
public sealed class EventLoopOptions
{
    /// <summary>The interface to wait on. <see cref="BackendKind.Auto"/> by default; naming one that does not work here makes the constructor throw.</summary>
    public BackendKind Backend { get; set; } = BackendKind.Auto;

    /// <summary>The name of the loop, given to its thread and its metrics.</summary>
    public string Name { get; set; } = "loop";

    /// <summary>The processor to pin the loop's own thread to, or null to let the system place it. Only <see cref="EventLoop.Start"/> pins.</summary>
    public int? Processor { get; set; }

    /// <summary>
    /// How many operations of one socket complete in one turn before the others have theirs. 16 by default: large enough
    /// that a busy connection is served in one go, small enough that a thousand of them answer within a millisecond.
    /// </summary>
    public int OperationsPerTurn { get; set; } = 16;

    /// <summary>How many posted callbacks, and how many timers, run in one turn before I/O is looked at again. 1024 by default.</summary>
    public int CallbacksPerTurn { get; set; } = 1024;

    /// <summary>Bytes in the buffer that the sockets of the loop share for borrowed reads; 64 KiB by default, at least 4 KiB.</summary>
    public int ReceiveBufferSize { get; set; } = 64 * 1024;

    /// <summary>Threads that blocking work handed to <see cref="EventLoop.Blocking"/> may occupy; 4 by default.</summary>
    public int BlockingThreads { get; set; } = 4;

    /// <summary>Blocking work that may wait for a thread before more of it is refused; 4096 by default.</summary>
    public int BlockingQueueLength { get; set; } = 4096;

    /// <summary>
    /// Callbacks that hold the loop longer than this are reported to <see cref="EventLoop.SlowCallback"/>; null, the default,
    /// measures nothing (two clock readings a callback otherwise).
    /// </summary>
    public TimeSpan? SlowCallbackThreshold { get; set; }

    internal void Validate()
    {
        ArgumentException.ThrowIfNullOrEmpty(Name);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(OperationsPerTurn);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(CallbacksPerTurn);
        ArgumentOutOfRangeException.ThrowIfLessThan(ReceiveBufferSize, 4096);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(BlockingThreads);
        ArgumentOutOfRangeException.ThrowIfNegative(BlockingQueueLength);
        if (Processor is { } processor)
            ArgumentOutOfRangeException.ThrowIfNegative(processor, nameof(Processor));
        if (SlowCallbackThreshold is { } threshold)
            ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(threshold, TimeSpan.Zero, nameof(SlowCallbackThreshold));
    }
}
