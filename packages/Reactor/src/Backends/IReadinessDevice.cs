namespace Gabbro.Reactor.Backends;

/// <summary>A device of which the system says when it is ready.</summary>
internal interface IReadinessDevice
{
    /// <summary>Goes on with what is outstanding.</summary>
    /// <param name="ready">What the system has said since the last call.</param>
    void OnReady(Ready ready);
}
