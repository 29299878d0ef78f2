namespace Gabbro.Reactor.Backends;

/// <summary>What a descriptor that is not a socket delivers.</summary>
internal enum PipeKind : byte
{
    /// <summary>A byte stream: a pipe or a FIFO.</summary>
    Bytes,

    /// <summary>A terminal: a read may end at a line, and the other side going away is an I/O error instead of an end.</summary>
    Terminal,

    /// <summary>Whole records: a read may leave some although there was room for a part of the next.</summary>
    Records,
}
