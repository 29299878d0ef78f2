namespace Gabbro.Storage.Lsm;

/// <summary>How reads and iterators see the database.</summary>
public sealed class ReadOptions
{
    /// <summary>The snapshot to read; null for the latest state at the time of the call.</summary>
    public Snapshot? Snapshot { get; init; }

    /// <summary>The first key an iterator may stand on; null for none.</summary>
    public byte[]? LowerBound { get; init; }

    /// <summary>The key before which an iterator ends; null for none.</summary>
    public byte[]? UpperBound { get; init; }

    /// <summary>Whether blocks that were read are worth keeping; off for large scans.</summary>
    public bool FillCache { get; init; } = true;

    /// <summary>The bounds that hold exactly the keys that start with <paramref name="prefix"/>.</summary>
    /// <param name="prefix">The prefix; empty for all keys.</param>
    /// <param name="snapshot">The snapshot to read, or null.</param>
    public static ReadOptions ForPrefix(ReadOnlySpan<byte> prefix, Snapshot? snapshot = null) => new()
    {
        Snapshot = snapshot,
        LowerBound = prefix.ToArray(),
        UpperBound = PrefixEnd(prefix),
    };

    // The least key after all that start with the prefix; none exists for a prefix of 0xFF bytes only.
    private static byte[]? PrefixEnd(ReadOnlySpan<byte> prefix)
    {
        var length = prefix.Length;
        while (length > 0 && prefix[length - 1] == 0xFF)
            length--;
        if (length == 0)
            return null;
        var end = prefix[..length].ToArray();
        end[length - 1]++;
        return end;
    }
}
