using Gabbro.Platform;
using Gabbro.Platform.Files;

namespace Gabbro.Tools.FastSearch.Matching;

/// <summary>A file or standard input, read in order.</summary>
/// <param name="file">The file, from where it stands.</param>
/// <param name="first">Room for the first read, which can be looked at before it is taken: copying a small file is cheaper than
/// asking the system for its first bytes twice.</param>
internal sealed class FileSource(FileHandle file, byte[] first) : ITextSource
{
    private int _held = -1, _given;

    /// <summary>Looks at the first bytes without consuming them.</summary>
    internal bool TryPeek(out ReadOnlySpan<byte> head, out NativeError error)
    {
        error = default;
        head = default;
        if (_held < 0 && !file.TryRead(first, out _held, out error)) return false;
        head = first.AsSpan(0, _held);
        return true;
    }

    public bool TryRead(Span<byte> buffer, out int count, out NativeError error)
    {
        if (_given >= _held) return file.TryRead(buffer, out count, out error);
        error = default;
        count = int.Min(buffer.Length, _held - _given);
        first.AsSpan(_given, count).CopyTo(buffer);
        _given += count;
        return true;
    }
}
