namespace Gabbro.Storage.Lsm.Tables;

/// <summary>Where a block lies: <paramref name="Size"/> bytes at <paramref name="Offset"/>, its trailer not counted.</summary>
internal readonly record struct BlockHandle(long Offset, int Size);
