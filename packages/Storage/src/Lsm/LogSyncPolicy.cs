namespace Gabbro.Storage.Lsm;

/// <summary>When the write-ahead log is made to outlive a power failure. It outlives the process under every policy.</summary>
public enum LogSyncPolicy
{
    /// <summary>Whenever the system writes back, and at flush, <see cref="LsmDatabase.Sync"/> and close.</summary>
    None,

    /// <summary>Every <see cref="LsmOptions.SyncInterval"/>: a power failure costs at most about that much.</summary>
    Interval,

    /// <summary>
    /// Before a write is answered; the thread that syncs first waits <see cref="LsmOptions.GroupCommitDelay"/> for others
    /// to join it.
    /// </summary>
    Group,

    /// <summary>Before a write is answered; writes that wait at the same time still share one sync.</summary>
    EveryWrite,
}
