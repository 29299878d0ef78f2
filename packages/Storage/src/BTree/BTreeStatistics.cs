namespace Gabbro.Storage.BTree;

/// <summary>What a database holds and how well it fills its file, as of one version.</summary>
public sealed record BTreeStatistics
{
    /// <summary>The version described.</summary>
    public ulong Version { get; init; }

    /// <summary>Records in the unnamed tree.</summary>
    public long Records { get; init; }

    /// <summary>Records in named trees and indexes.</summary>
    public long NamedRecords { get; init; }

    /// <summary>Named trees, indexes not counted.</summary>
    public int NamedTrees { get; init; }

    /// <summary>Secondary indexes.</summary>
    public int Indexes { get; init; }

    /// <summary>Levels of the unnamed tree: 0 when empty, 1 for a lone leaf.</summary>
    public int Depth { get; init; }

    /// <summary>Bytes of a page.</summary>
    public int PageSize { get; init; }

    /// <summary>Length of the database file in bytes.</summary>
    public long FileBytes { get; init; }

    /// <summary>Pages of the file that belong to the database.</summary>
    public long Pages { get; init; }

    /// <summary>Pages that hold records.</summary>
    public long LeafPages { get; init; }

    /// <summary>Pages that hold separators.</summary>
    public long BranchPages { get; init; }

    /// <summary>Pages of large values.</summary>
    public long OverflowPages { get; init; }

    /// <summary>Pages that hold nothing, or only what older snapshots and the last checkpoint see.</summary>
    public long FreePages { get; init; }

    /// <summary>Share of leaf and branch pages that is in use, 0 to 1.</summary>
    public double FillFactor { get; init; }

    /// <summary>Bytes of all keys and values.</summary>
    public long DataBytes { get; init; }

    /// <summary>Bytes of free pages and of unused space in leaves and branches.</summary>
    public long FreeBytes { get; init; }

    /// <summary>Bytes of log that a recovery would replay.</summary>
    public long LogBytes { get; init; }

    /// <summary>Read transactions under way, in all processes.</summary>
    public int Readers { get; init; }

    /// <summary>Processes (more exactly: openings) that are connected.</summary>
    public int Connections { get; init; }

    /// <summary>Versions between the oldest snapshot in use and the newest.</summary>
    public long OldestSnapshotAge { get; init; }

    /// <summary>Times a writer had to wait for another, since the first process connected.</summary>
    public long WriterContentions { get; init; }

    /// <summary>Waits that would never have ended and were refused, in all processes since the first connected.</summary>
    public long Deadlocks { get; init; }
}
