namespace Gabbro.Reactor.Http;

/// <summary>The four forms of a request target, RFC 9112, section 3.2.</summary>
public enum TargetForm : byte
{
    /// <summary><c>/where?q=now</c>: what clients send to an origin server.</summary>
    Origin,

    /// <summary><c>http://host/where</c>: what clients send to a proxy; its authority overrides the Host field.</summary>
    Absolute,

    /// <summary><c>host:port</c>: CONNECT only.</summary>
    Authority,

    /// <summary><c>*</c>: OPTIONS only.</summary>
    Asterisk,
}
