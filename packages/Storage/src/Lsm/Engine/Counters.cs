namespace Gabbro.Storage.Lsm.Engine;

/// <summary>What happened since open. Writers' counts are kept under the commit lock, so they need no atomics.</summary>
internal sealed class Counters
{
    public long BatchesWritten;
    public long EntriesWritten;
    public long UserBytesWritten;
    public long LogBytesWritten;
    public long LogSyncs;
    public long Flushes;
    public long FlushBytes;
    public long Compactions;
    public long CompactionBytesRead;
    public long CompactionBytesWritten;
    public long StallMicroseconds;
    public long Gets;
    public long GetHits;
}
