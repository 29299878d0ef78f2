namespace Gabbro.Reactor.Http;

/// <summary>What <see cref="ChunkedDecoder.Read"/> found.</summary>
public enum ChunkStatus : byte
{
    /// <summary>Everything given was framing, or nothing was given: more bytes are needed.</summary>
    NeedMore,

    /// <summary>A run of body bytes stands at the named place.</summary>
    Data,

    /// <summary>The body and its trailers have ended; bytes after <c>consumed</c> belong to the next message.</summary>
    End,

    /// <summary>A rule was broken; see <see cref="ChunkedDecoder.Rejection"/>.</summary>
    Rejected,
}
