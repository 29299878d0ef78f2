namespace Gabbro.Storage.Lsm.Format;

/// <summary>Bytewise order of arrays, for sorted collections outside hot paths.</summary>
internal sealed class ByteArrayOrder : IComparer<byte[]>
{
    public static readonly ByteArrayOrder Instance = new();

    public int Compare(byte[]? x, byte[]? y) => x.AsSpan().SequenceCompareTo(y);
}
