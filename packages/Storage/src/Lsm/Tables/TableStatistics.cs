namespace Gabbro.Storage.Lsm.Tables;

/// <summary>Counts of what tables read and were spared; shared by all tables of a database.</summary>
internal sealed class TableStatistics
{
    private long _blockReads;
    private long _blockReadBytes;
    private long _filterSaved;

    public long BlockReads => Interlocked.Read(ref _blockReads);

    public long BlockReadBytes => Interlocked.Read(ref _blockReadBytes);

    public long FilterSavings => Volatile.Read(ref _filterSaved);

    public void BlockRead(int bytes)
    {
        Interlocked.Increment(ref _blockReads);
        Interlocked.Add(ref _blockReadBytes, bytes);
    }

    // Not interlocked: a lost count is cheaper than a contended line on every spared read.
    public void FilterSaved() => _filterSaved++;
}
