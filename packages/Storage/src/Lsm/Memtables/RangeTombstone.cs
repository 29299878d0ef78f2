namespace Gabbro.Storage.Lsm.Memtables;

/// <summary>All keys in [<paramref name="Begin"/>, <paramref name="End"/>) older than <paramref name="Sequence"/> are absent.</summary>
internal sealed record RangeTombstone(byte[] Begin, byte[] End, ulong Sequence);
