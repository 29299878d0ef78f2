namespace Gabbro.Storage.Lsm;

/// <summary>What opening a database found in its logs.</summary>
public sealed record RecoveryReport
{
    /// <summary>Logs read.</summary>
    public int Logs { get; init; }

    /// <summary>Batches of writes brought back.</summary>
    public long Batches { get; init; }

    /// <summary>Single writes in them.</summary>
    public long Entries { get; init; }

    /// <summary>Bytes behind the last whole record of a log that did not end in order: a write nobody was told had succeeded.</summary>
    public long TornBytes { get; init; }

    /// <summary>Logs dropped because the one before them was torn by a power failure; none of them was ever synced.</summary>
    public int UnsyncedLogsDropped { get; init; }

    /// <summary>Whether the machine has run on since the last process wrote.</summary>
    public bool SameBoot { get; init; }

    /// <summary>How long recovery took.</summary>
    public TimeSpan Duration { get; init; }
}
