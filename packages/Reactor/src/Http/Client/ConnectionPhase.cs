namespace Gabbro.Reactor.Http.Client;

/// <summary>What a connection does; the meaning of its timer follows from it.</summary>
internal enum ConnectionPhase : byte
{
    /// <summary>Waiting for a request.</summary>
    Idle,

    /// <summary>Sending a request.</summary>
    Sending,

    /// <summary>Waiting for 100 (Continue) before the body.</summary>
    Continue,

    /// <summary>Waiting for the head of the response.</summary>
    Head,

    /// <summary>The response is with the caller; the timer runs only while a read waits.</summary>
    Body,

    /// <summary>Nothing is left.</summary>
    Closed,
}
