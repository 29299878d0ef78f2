namespace Gabbro.Storage.BTree;

/// <summary>What <see cref="BTreeDatabase.Check"/> found.</summary>
public sealed record IntegrityReport
{
    /// <summary>What is wrong, in the order found; empty for a sound database.</summary>
    public IReadOnlyList<string> Faults { get; init; } = [];

    /// <summary>The first damage, if any, with file and offset.</summary>
    public CorruptionException? Damage { get; init; }

    /// <summary>Pages looked at.</summary>
    public long PagesChecked { get; init; }

    /// <summary>Records looked at.</summary>
    public long RecordsChecked { get; init; }

    /// <summary>Pages that nothing refers to and that are not free. Lost space, not lost data; a vacuum wins it back.</summary>
    public long LostPages { get; init; }

    /// <summary>Whether nothing is wrong.</summary>
    public bool IsSound => Faults.Count == 0;
}
