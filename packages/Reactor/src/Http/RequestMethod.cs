namespace Gabbro.Reactor.Http;

/// <summary>The request methods of RFC 9110 and RFC 5789, and one name for all others.</summary>
public enum RequestMethod : byte
{
    /// <summary>A method not listed here; its name is in <see cref="RequestHead.MethodName"/>.</summary>
    Other,

    /// <summary>RFC 9110, 9.3.1.</summary>
    Get,

    /// <summary>RFC 9110, 9.3.2.</summary>
    Head,

    /// <summary>RFC 9110, 9.3.3.</summary>
    Post,

    /// <summary>RFC 9110, 9.3.4.</summary>
    Put,

    /// <summary>RFC 9110, 9.3.5.</summary>
    Delete,

    /// <summary>RFC 9110, 9.3.6.</summary>
    Connect,

    /// <summary>RFC 9110, 9.3.7.</summary>
    Options,

    /// <summary>RFC 9110, 9.3.8.</summary>
    Trace,

    /// <summary>RFC 5789.</summary>
    Patch,
}
