namespace Gabbro.Reactor.Adapters;

/// <summary>How much a <see cref="LoopDuplexPipe"/> holds in each direction.</summary>
public sealed class LoopDuplexPipeOptions
{
    /// <summary>Bytes to read at once. 4096.</summary>
    public int BufferSize { get; set; } = 4096;

    /// <summary>
    /// Bytes received and not consumed at which reading from the socket stops, so that TCP slows the peer. 64 KiB. 0 reads
    /// only when the consumer asks, and holds nothing ahead of it.
    /// </summary>
    public int PauseReadingAt { get; set; } = 64 * 1024;

    /// <summary>Bytes at which reading goes on. 32 KiB.</summary>
    public int ResumeReadingAt { get; set; } = 32 * 1024;

    /// <summary>
    /// Bytes written and not taken by the system at which flushing waits. 64 KiB. 0 lets every flush wait until all of it is
    /// taken.
    /// </summary>
    public int PauseWritingAt { get; set; } = 64 * 1024;

    /// <summary>Bytes at which a flush that waits completes. 32 KiB.</summary>
    public int ResumeWritingAt { get; set; } = 32 * 1024;

    internal void Validate()
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(BufferSize);
        ArgumentOutOfRangeException.ThrowIfNegative(PauseReadingAt);
        ArgumentOutOfRangeException.ThrowIfNegative(PauseWritingAt);
        Check(PauseReadingAt, ResumeReadingAt, nameof(ResumeReadingAt));
        Check(PauseWritingAt, ResumeWritingAt, nameof(ResumeWritingAt));
    }

    private static void Check(int pause, int resume, string name)
    {
        if (pause > 0 && (resume <= 0 || resume > pause))
            throw new ArgumentOutOfRangeException(name, resume, "Going on needs a mark above zero, and not above the one that stops.");
    }
}
