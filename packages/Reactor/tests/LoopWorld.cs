using Gabbro.Platform.Sockets;
using Gabbro.Reactor.Backends;
using Gabbro.Reactor.Simulation;

namespace Gabbro.Reactor.Tests;

/// <summary>A loop for a test, real or simulated, with what differs between them.</summary>
public abstract class LoopWorld : IDisposable
{
    public abstract EventLoop Loop { get; }

    /// <summary>The backends that work here, each a row of every test of the contract.</summary>
    public static IEnumerable<string> Available
    {
        get
        {
            yield return "Simulated";
            yield return "SimulatedFaults";
            if (OperatingSystem.IsLinux())
                yield return "KqueueModel";
            foreach (BackendKind kind in RealBackends)
                yield return kind.ToString();
        }
    }

    public static IEnumerable<BackendKind> RealBackends
    {
        get
        {
            foreach (BackendKind kind in (BackendKind[])[BackendKind.Epoll, BackendKind.IoUring, BackendKind.Kqueue, BackendKind.Iocp])
            {
                bool works;
                try
                {
                    new EventLoop(new EventLoopOptions { Backend = kind }).Dispose();
                    works = true;
                }
                catch (Exception e) when (e is PlatformNotSupportedException or Gabbro.Platform.PlatformException)
                {
                    works = false;
                }

                if (works)
                    yield return kind;
            }
        }
    }

    public static LoopWorld Create(string name, EventLoopOptions? options = null) => name switch
    {
        "Simulated" => new Simulated(new SimulationOptions { Seed = TestEffort.Seed() }, options),
        "SimulatedFaults" => new Simulated(
            new SimulationOptions { Seed = TestEffort.Seed(), ShortReads = 0.4, ShortWrites = 0.4, SpuriousReadiness = 0.2, StreamCapacity = 5000 }, options),
        "KqueueModel" => new Modelled((int)TestEffort.Seed(), options),
        _ => new Real(Enum.Parse<BackendKind>(name), options),
    };

    public static SocketEndpoint AnyPort => SocketEndpoint.LoopbackIPv4(0);

    public abstract void Dispose();

    /// <summary>Runs a test on the loop; a real one that hangs fails instead.</summary>
    public void Run(Func<Task> test) => Loop.Run(async () =>
    {
        if (Loop.Backend == BackendKind.Simulated)
            await test();
        else
            await test().WaitAsync(TimeSpan.FromSeconds(60));
    });

    private sealed class Simulated(SimulationOptions options, EventLoopOptions? loopOptions) : LoopWorld
    {
        private readonly SimulatedWorld _world = new(options, loopOptions);

        public override EventLoop Loop => _world.Loop;

        public override void Dispose() => _world.Dispose();
    }

    private sealed class Modelled(int seed, EventLoopOptions? options) : LoopWorld
    {
        public override EventLoop Loop { get; } = new(
            options ?? new EventLoopOptions(), new PollerBackend(BackendKind.Kqueue, new KqueueModel(seed)));

        public override void Dispose() => Loop.Dispose();
    }

    private sealed class Real(BackendKind kind, EventLoopOptions? options) : LoopWorld
    {
        public override EventLoop Loop { get; } = new(With(options ?? new EventLoopOptions(), kind));

        public override void Dispose() => Loop.Dispose();

        private static EventLoopOptions With(EventLoopOptions options, BackendKind kind)
        {
            options.Backend = kind;
            return options;
        }
    }
}
