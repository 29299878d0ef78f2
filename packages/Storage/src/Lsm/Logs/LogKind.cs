namespace Gabbro.Storage.Lsm.Logs;

/// <summary>What a log file holds. Stored in its header; never renumber.</summary>
internal enum LogKind : uint
{
    /// <summary>Batches of writes.</summary>
    Writes = 1,

    /// <summary>Edits of the manifest.</summary>
    Manifest = 2,
}
