namespace Gabbro.Platform.Machine;

/// <summary>Resources that Unix limits for each process (getrlimit(2)).</summary>
public enum ResourceKind
{
    /// <summary>Seconds of processor time.</summary>
    ProcessorSeconds = 0,

    /// <summary>Bytes of the largest file.</summary>
    FileSize,

    /// <summary>Bytes of the data segment.</summary>
    Data,

    /// <summary>Bytes of the main stack.</summary>
    Stack,

    /// <summary>Bytes of a core dump.</summary>
    CoreDump,

    /// <summary>Bytes of address space.</summary>
    AddressSpace,

    /// <summary>Processes of the user.</summary>
    Processes,

    /// <summary>Open descriptors, counted as the highest number plus one.</summary>
    OpenFiles,

    /// <summary>Bytes of locked memory.</summary>
    LockedMemory,

    /// <summary>Queued signals (Linux).</summary>
    PendingSignals,

    /// <summary>Bytes in POSIX message queues (Linux).</summary>
    MessageQueueBytes,

    /// <summary>The highest nice value reachable, as 20 minus nice (Linux).</summary>
    Nice,

    /// <summary>The highest real-time priority (Linux).</summary>
    RealTimePriority,

    /// <summary>Microseconds a real-time thread may run without blocking (Linux).</summary>
    RealTimeMicroseconds,
}
