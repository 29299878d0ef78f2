using Gabbro.Reactor.Net;

namespace Gabbro.Reactor.Simulation;

/// <summary>
/// An <see cref="EventLoop"/> in a simulated world: its clock stands still while code runs and jumps when everything
/// waits, its network delays, cuts, loses and resets as the options say, and all of it is decided by one seed. Code that
/// runs on a loop runs here unchanged, and a test of it is fast and gives the same result every time.
/// </summary>
/// <example>
/// <code>
/// using SimulatedWorld world = new(new SimulationOptions { Seed = 42, ShortReads = 0.3 });
/// world.Loop.Run(async () =>
/// {
///     await world.Loop.DelayAsync(TimeSpan.FromHours(1));    // takes no time
/// });
/// </code>
/// </example>
public sealed class SimulatedWorld : IDisposable
{
    private readonly SimulatedBackend _backend;

    /// <summary>Makes a world with seed 1 and nothing going wrong in it.</summary>
    public SimulatedWorld()
        : this(new SimulationOptions())
    {
    }

    /// <summary>Makes a world.</summary>
    /// <param name="options">What goes wrong in it. May be changed while it runs.</param>
    /// <param name="loopOptions">Options of the loop; the backend named there is ignored.</param>
    /// <exception cref="ArgumentException">An option is out of its range.</exception>
    public SimulatedWorld(SimulationOptions options, EventLoopOptions? loopOptions = null)
    {
        ArgumentNullException.ThrowIfNull(options);
        _backend = new SimulatedBackend(options);
        Loop = new EventLoop(loopOptions ?? new EventLoopOptions(), _backend);
    }

    /// <summary>The loop of the world.</summary>
    public EventLoop Loop { get; }

    /// <summary>What goes wrong; changes take effect at once.</summary>
    public SimulationOptions Options => _backend.Options;

    /// <summary>The world's time since it was made.</summary>
    public TimeSpan Elapsed => TimeSpan.FromTicks(_backend.Nanoseconds / 100 - TimeSpan.TicksPerSecond);

    /// <summary>
    /// How long, in real time, a world in which everything waits and no time can pass waits for a real thread (blocking
    /// work) to change that, before <see cref="EventLoop.Run(Func{Task})"/> throws that the simulation is stuck. 20 seconds.
    /// </summary>
    public TimeSpan StuckAfter
    {
        get => _backend.StuckAfter;
        set => _backend.StuckAfter = value;
    }

    /// <summary>Two streams connected to each other, without a listener.</summary>
    public (StreamSocket First, StreamSocket Second) CreatePair()
    {
        Loop.VerifyAccess();
        (SimulatedStream first, SimulatedStream second) = _backend.CreatePair();
        return (new StreamSocket(first), new StreamSocket(second));
    }

    /// <summary>Breaks the connection of a stream as a reset from the network does: both ends fail.</summary>
    /// <param name="stream">Either end.</param>
    /// <exception cref="ArgumentException">The stream is not of a simulated world.</exception>
    public void Break(StreamSocket stream)
    {
        ArgumentNullException.ThrowIfNull(stream);
        Loop.VerifyAccess();
        if (stream.Device is not SimulatedStream simulated)
            throw new ArgumentException("The stream is not of a simulated world.", nameof(stream));
        simulated.Break();
    }

    /// <summary>Ends the world and its loop.</summary>
    public void Dispose() => Loop.Dispose();
}
