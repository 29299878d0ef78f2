namespace Gabbro.Platform.Polling;

/// <summary>How to create a <see cref="SubmissionRing"/>; see io_uring_setup(2).</summary>
public sealed class SubmissionRingOptions
{
    /// <summary>Entries of the submission queue: 1 to 32768, rounded up to a power of two. 256 by default.</summary>
    public int Entries { get; init; } = 256;

    /// <summary>Entries of the completion queue; 0, the default, for twice the submission queue. Multishot operations need more.</summary>
    public int CompletionEntries { get; init; }

    /// <summary>Only one thread ever submits, which spares the kernel its locks (6.0).</summary>
    public bool SingleIssuer { get; init; }

    /// <summary>Run completion work only when the submitting thread waits (6.1); needs <see cref="SingleIssuer"/>.</summary>
    public bool DeferTaskRun { get; init; }

    /// <summary>Do not interrupt the thread for completion work; it enters the kernel often anyway (5.19).</summary>
    public bool CooperativeTaskRun { get; init; }

    /// <summary>A kernel thread polls the submission queue, so that submitting needs no call. It takes a processor.</summary>
    public bool KernelPolling { get; init; }

    /// <summary>How long the kernel thread polls an idle queue before it sleeps. One second by default.</summary>
    public TimeSpan KernelPollingIdle { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>Poll devices for completion of reads and writes opened for direct access.</summary>
    public bool DevicePolling { get; init; }

    /// <summary>Start disabled, to register restrictions or move to another thread first; see <see cref="SubmissionRing.Enable"/>.</summary>
    public bool StartDisabled { get; init; }
}
