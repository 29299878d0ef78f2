using Gabbro.Platform;
using Gabbro.Platform.Files;

namespace Gabbro.Tools.FastSearch.Matching;

/// <summary>A file or standard input, read in order.</summary>
internal sealed class FileSource(FileHandle file) : ITextSource
{
    /// <summary>Looks at the first bytes without consuming them; false for a pipe.</summary>
    internal bool TryPeek(Span<byte> head, out int count) => file.TryReadAt(head, 0, out count, out _);

    public bool TryRead(Span<byte> buffer, out int count, out NativeError error) => file.TryRead(buffer, out count, out error);
}
