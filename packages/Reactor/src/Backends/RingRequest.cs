namespace Gabbro.Reactor.Backends;

/// <summary>What a device on a ring has asked the kernel for; the low bits of the user data of its entries.</summary>
internal enum RingRequest : byte
{
    /// <summary>A receive, or again and again, into the buffers of the loop.</summary>
    Receive,

    /// <summary>A send of memory.</summary>
    Send,

    /// <summary>A single poll for room, for what no entry can send.</summary>
    Room,

    /// <summary>A connect.</summary>
    Connect,

    /// <summary>An accept, again and again.</summary>
    Accept,

    /// <summary>The cancellation of one of the others.</summary>
    Cancel,
}
