namespace Gabbro.Storage.BTree;

/// <summary>What a commit waits for.</summary>
public enum CommitDurability
{
    /// <summary>
    /// The commit returns when it is on the disk: it survives a power failure. Commits of all threads and processes that
    /// come together share one sync.
    /// </summary>
    Full,

    /// <summary>
    /// The commit returns at once. It survives the death of any process from that moment; a power failure may take the
    /// newest commits, always from the end and never one without those after it, until the next full commit, sync or
    /// checkpoint.
    /// </summary>
    Relaxed,
}
