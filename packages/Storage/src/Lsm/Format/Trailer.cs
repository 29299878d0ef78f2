namespace Gabbro.Storage.Lsm.Format;

/// <summary>Sequence number and kind of an entry in one word: sequence in the upper 56 bits, kind in the lower 8.</summary>
/// <remarks>Entries of one user key are ordered by descending trailer: the newest first.</remarks>
internal static class Trailer
{
    public const ulong MaxSequence = (1UL << 56) - 1;

    /// <summary>Longer than any stored trailer: a seek with it finds the newest entry of a key.</summary>
    public const ulong Newest = ulong.MaxValue;

    public static ulong Pack(ulong sequence, EntryKind kind) => (sequence << 8) | (byte)kind;

    public static ulong Seek(ulong sequence) => (sequence << 8) | (byte)EntryKind.Seek;

    public static ulong Sequence(ulong trailer) => trailer >> 8;

    public static EntryKind Kind(ulong trailer) => (EntryKind)(byte)trailer;
}
