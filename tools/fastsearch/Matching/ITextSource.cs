using Gabbro.Platform;

namespace Gabbro.Tools.FastSearch.Matching;

/// <summary>Where the bytes of a file come from.</summary>
internal interface ITextSource
{
    /// <summary>Reads some bytes; none at the end. A file that shrinks meanwhile just ends sooner.</summary>
    bool TryRead(Span<byte> buffer, out int count, out NativeError error);
}
