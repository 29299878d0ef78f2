namespace Gabbro.Storage.BTree.Engine;

/// <summary>What this connection has done; plain fields, each written by one thread at a time under the lock of its work.</summary>
internal sealed class EngineCounters
{
    public long Commits;
    public long LogBytes;
    public long LogSyncs;
    public long Checkpoints;
    public long PagesSealed;
    public long WriterContentions;
    public long DeadlocksDetected;
}
