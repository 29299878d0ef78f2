using Gabbro.Platform;
using Gabbro.Reactor.Backends;

namespace Gabbro.Reactor.Http.Server;

/// <summary>Takes connections from one listener of a server.</summary>
internal sealed class ConnectionAcceptor(HttpServer server, ListenerDevice device) : AcceptOperation
{
    private bool _ended;

    public ListenerDevice Device { get; } = device;

    /// <summary>Accepts as long as connections wait; the share of the device ends this.</summary>
    public void Start()
    {
        while (!_ended && Device.Accept(this))
            Take();
    }

    public override void OnCompleted()
    {
        Take();
        Start();
    }

    /// <summary>Stops listening. Connections that wait in the queue are served first: the system would reset them.</summary>
    public void End()
    {
        if (_ended)
            return;
        Device.Cancel(this);
        _ended = false;
        Device.AssumeReady();
        for (int waiting = 0; waiting < MostWaiting && Device.Accept(this); waiting++)
            Take();
        _ended = true;
        Device.Close();
    }

    /// <summary>The most connections taken from the queue of a listener that ends; a queue is not longer than this by default.</summary>
    private const int MostWaiting = 4096;

    private void Take()
    {
        if (!Error.IsError)
        {
            StreamDevice accepted = Accepted!;
            Accepted = null;
            server.Add(accepted);
            return;
        }

        _ended = true;
        if (Error.Kind != ErrorKind.Canceled)
            server.NoteFailure(new PlatformException("accept", Device.LocalAddress.ToString(), Error));
    }
}
