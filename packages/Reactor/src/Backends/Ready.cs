namespace Gabbro.Reactor.Backends;

/// <summary>What is known about a descriptor.</summary>
[Flags]
internal enum Ready : byte
{
    None = 0,

    /// <summary>A read may succeed; cleared when one shows that nothing more is there.</summary>
    Readable = 1,

    /// <summary>A write may succeed; cleared when one shows that there is no room.</summary>
    Writable = 2,

    /// <summary>
    /// The peer has closed its sending half, or the connection is broken. From then on a short read proves nothing: the
    /// end of the stream still has to be read, and no further edge will announce it.
    /// </summary>
    ReadClosed = 4,
}
