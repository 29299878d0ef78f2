namespace Gabbro.Storage.BTree.Engine;

/// <summary>What this connection has done; plain fields, each written by one thread at a time under the lock of its work.</summary>
internal sealed class EngineCounters
{
    public long Commits;
    public long LogBytes;
    public long LogSyncs;
    public long Checkpoints;
    public long PageBytes;

    /// <summary>What went to the disk: records, and every page that a checkpoint found changed, once.</summary>
    public long BytesWritten => LogBytes + PageBytes;
}
