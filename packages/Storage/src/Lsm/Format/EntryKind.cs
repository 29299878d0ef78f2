namespace Gabbro.Storage.Lsm.Format;

/// <summary>What an entry says of its key. The values are stored; never renumber them.</summary>
internal enum EntryKind : byte
{
    /// <summary>The key is absent from here on.</summary>
    Delete = 0,

    /// <summary>The key has this value.</summary>
    Put = 1,

    /// <summary>An operand for the column family's merge operator.</summary>
    Merge = 2,

    /// <summary>All keys from the entry's key up to, not including, its value are absent.</summary>
    RangeDelete = 3,

    /// <summary>As <see cref="Put"/>; the value starts with 8 bytes of Unix milliseconds at which it expires.</summary>
    PutUntil = 4,

    /// <summary>Sorts before every stored kind of the same sequence number; only searched for.</summary>
    Seek = 0xFF,
}
