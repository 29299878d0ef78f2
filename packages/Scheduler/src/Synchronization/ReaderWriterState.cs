namespace Gabbro.Scheduler.Synchronization;

/// <summary>The words of a phase-fair lock; see <see cref="ReaderWriterProtocol{TAtomics}"/>.</summary>
internal struct ReaderWriterState
{
    /// <summary>Readers that arrived, in steps of four, and the two bits of the present writer.</summary>
    public int ReadersIn;

    /// <summary>Readers that left, in steps of four.</summary>
    public int ReadersOut;

    /// <summary>The mutex among writers.</summary>
    public int Writers;

    /// <summary>Moves at the end of each writer's turn; readers sleep on it.</summary>
    public int Turn;

    public int ReadersAsleep;
    public int WriterAsleep;
}
