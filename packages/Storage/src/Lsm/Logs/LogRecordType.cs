namespace Gabbro.Storage.Lsm.Logs;

/// <summary>What a fragment is of its record. Stored; never renumber. 0 is unwritten space.</summary>
internal enum LogRecordType : byte
{
    None = 0,
    Full = 1,
    First = 2,
    Middle = 3,
    Last = 4,

    /// <summary>Fills the end of a window too small for a fragment of a record.</summary>
    Pad = 5,

    /// <summary>The log was finished here; the next one goes on.</summary>
    End = 6,
}
