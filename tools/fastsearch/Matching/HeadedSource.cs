using Gabbro.Platform;

namespace Gabbro.Tools.FastSearch.Matching;

/// <summary>Bytes that were read already, then the rest of the file.</summary>
internal sealed class HeadedSource(byte[] head, ITextSource rest) : ITextSource
{
    private int _given;

    public bool TryRead(Span<byte> buffer, out int count, out NativeError error)
    {
        int left = head.Length - _given;
        if (left == 0) return rest.TryRead(buffer, out count, out error);
        int copied = int.Min(left, buffer.Length);
        head.AsSpan(_given, copied).CopyTo(buffer);
        _given += copied;
        bool read = rest.TryRead(buffer[copied..], out count, out error);
        count += copied;
        return read;
    }
}
