using Gabbro.Storage.Lsm.Format;

namespace Gabbro.Storage.Lsm.Engine;

/// <summary>A gap whose end is not known yet; remembers the least key written behind its begin meanwhile.</summary>
internal sealed class PendingGap(uint family, byte[] begin, ulong sequence)
{
    public uint Family => family;

    public byte[] Begin => begin;

    public ulong Sequence => sequence;

    public byte[]? FirstWritten { get; private set; }

    public void OnWrite(uint writtenFamily, ReadOnlySpan<byte> key)
    {
        if (writtenFamily != family || KeyOrder.Compare(key, begin) < 0)
            return;
        if (FirstWritten is null || KeyOrder.Compare(key, FirstWritten) < 0)
            FirstWritten = key.ToArray();
    }
}
