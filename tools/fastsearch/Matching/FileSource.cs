using Gabbro.Platform;
using Gabbro.Platform.Files;

namespace Gabbro.Tools.FastSearch.Matching;

/// <summary>A file or standard input, read in order.</summary>
internal sealed class FileSource(FileHandle file) : ITextSource
{
    public bool TryRead(Span<byte> buffer, out int count, out NativeError error) => file.TryRead(buffer, out count, out error);
}
