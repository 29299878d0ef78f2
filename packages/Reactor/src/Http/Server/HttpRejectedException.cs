namespace Gabbro.Reactor.Http.Server;

/// <summary>The body of a request breaks a rule or a limit. A handler need not catch it: the client is answered accordingly.</summary>
public sealed class HttpRejectedException : IOException
{
    /// <summary>Makes the exception for a reason.</summary>
    /// <param name="reason">The rule or limit.</param>
    public HttpRejectedException(RejectionReason reason)
        : base($"The request body was refused: {reason}.") => Reason = reason;

    /// <summary>The rule or limit.</summary>
    public RejectionReason Reason { get; }
}
