namespace Gabbro.Storage.Lsm;

/// <summary>How one write is made; the default follows the database's options.</summary>
/// <param name="Sync">Whether the write outlives a power failure once it is answered; null for the database's policy.</param>
/// <param name="TimeToLive">When the value expires, from now; null for the family's rule.</param>
public readonly record struct WriteOptions(bool? Sync = null, TimeSpan? TimeToLive = null)
{
    /// <summary>A write that outlives a power failure once it is answered.</summary>
    public static WriteOptions Synced => new(Sync: true);
}
