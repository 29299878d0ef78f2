namespace Gabbro.Reactor.Simulation;

/// <summary>A call of the system that a simulated world plays, and that <see cref="SimulationOptions.Fault"/> may let fail.</summary>
public enum SimulatedCall : byte
{
    /// <summary>Making a listener.</summary>
    Listen,

    /// <summary>Starting to connect: there may be no descriptor for it.</summary>
    Connect,

    /// <summary>Taking a connection from a listener's queue.</summary>
    Accept,

    /// <summary>Receiving from a stream.</summary>
    Receive,

    /// <summary>Sending to a stream.</summary>
    Send,

    /// <summary>Making a datagram socket.</summary>
    Bind,

    /// <summary>Receiving a datagram.</summary>
    ReceiveDatagram,

    /// <summary>Sending a datagram.</summary>
    SendDatagram,

    /// <summary>Making a pipe.</summary>
    Pipe,
}
