namespace Gabbro.Storage.Lsm.Tables;

/// <summary>How a search in one block ended.</summary>
internal enum BlockSearch
{
    /// <summary>The entry is there.</summary>
    Found,

    /// <summary>A greater key was met: the table does not hold the entry.</summary>
    Passed,

    /// <summary>Every entry of the block is smaller: the next block may start with it.</summary>
    AtEnd,

    /// <summary>The block's structure is broken although its checksum holds.</summary>
    Malformed,
}
