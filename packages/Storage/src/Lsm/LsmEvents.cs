namespace Gabbro.Storage.Lsm;

/// <summary>Told of what happens behind the calls. Override what is of interest.</summary>
/// <remarks>Called from background threads and from writers, without locks of the database held where it says nothing else; must be quick and must not throw.</remarks>
public abstract class LsmEvents
{
    /// <summary>The database was opened.</summary>
    /// <param name="recovery">What recovery found.</param>
    public virtual void OnRecovered(RecoveryReport recovery)
    {
    }

    /// <summary>A memtable became a table.</summary>
    /// <param name="family">The column family.</param>
    /// <param name="table">The table's number; 0 if nothing of the memtable was left to keep.</param>
    /// <param name="bytes">The table's size.</param>
    /// <param name="duration">How long it took.</param>
    public virtual void OnFlushed(string family, ulong table, long bytes, TimeSpan duration)
    {
    }

    /// <summary>Tables were merged.</summary>
    /// <param name="family">The column family.</param>
    /// <param name="fromLevel">The upper input level.</param>
    /// <param name="toLevel">The output level.</param>
    /// <param name="bytesRead">Bytes of input tables.</param>
    /// <param name="bytesWritten">Bytes of output tables; 0 for a table that was only moved down.</param>
    /// <param name="duration">How long it took.</param>
    public virtual void OnCompacted(string family, int fromLevel, int toLevel, long bytesRead, long bytesWritten, TimeSpan duration)
    {
    }

    /// <summary>A writer was held up because flushes or compactions are behind. The commit lock is held.</summary>
    /// <param name="duration">How long.</param>
    /// <param name="reason">What was behind.</param>
    public virtual void OnWriteStalled(TimeSpan duration, string reason)
    {
    }

    /// <summary>Something failed in the background; the database takes no more writes if it could lose one.</summary>
    /// <param name="operation">What was being done.</param>
    /// <param name="exception">Why it failed.</param>
    public virtual void OnBackgroundError(string operation, Exception exception)
    {
    }
}
