using Gabbro.Platform;
using Gabbro.Platform.Files;
using Gabbro.Platform.Sockets;
using Gabbro.Reactor.Backends;
using Gabbro.Reactor.Net;

namespace Gabbro.Reactor.Simulation;

/// <summary>
/// A clock and a network that exist only here. Time stands still while callbacks run and jumps to the next thing that
/// happens when all of them wait, so a test of an hour's timeout takes no time, and the same seed gives the same run.
/// </summary>
internal sealed class SimulatedBackend : Backend
{
    private readonly PriorityQueue<Action, (long Time, long Order)> _events = new();
    private readonly Dictionary<string, SimulatedListener> _listeners = [];
    private readonly Dictionary<int, SimulatedDatagram> _datagrams = [];
    private readonly SemaphoreSlim _wake = new(0);
    private List<(IReadinessDevice Device, Ready Ready)> _ready = [];
    private List<(IReadinessDevice Device, Ready Ready)> _batch = [];
    private long _now = 1_000_000_000;
    private long _order;
    private int _nextPort = 40_000;

    public SimulatedBackend(SimulationOptions options)
    {
        options.Validate();
        Options = options;
        Random = new SeededRandom(options.Seed);
    }

    public override BackendKind Kind => BackendKind.Simulated;

    public override long Nanoseconds => Volatile.Read(ref _now);

    public override DateTimeOffset UtcNow => new DateTimeOffset(2000, 1, 1, 0, 0, 0, TimeSpan.Zero).AddTicks(Nanoseconds / 100);

    public SimulationOptions Options { get; }

    /// <summary>How long to wait, in real time, for a real thread (blocking work) before the simulation is declared stuck.</summary>
    public TimeSpan StuckAfter { get; set; } = TimeSpan.FromSeconds(20);

    public SeededRandom Random { get; }

    public EventLoop Loop { get; private set; } = null!;

    public bool AreDescriptorsExhausted => Loop.Devices.Count >= Options.MaxDescriptors;

    public override void Attach(EventLoop loop) => Loop = loop;

    public override int Poll(int timeoutMilliseconds)
    {
        long limit = timeoutMilliseconds < 0 ? long.MaxValue : _now + timeoutMilliseconds * EventLoop.NanosecondsPerTick;
        RunEvents();
        while (_ready.Count == 0 && timeoutMilliseconds != 0)
        {
            if (_wake.Wait(0))
                break;
            long next = _events.TryPeek(out _, out (long Time, long Order) key) ? key.Time : long.MaxValue;
            if (next == long.MaxValue && limit == long.MaxValue)
            {
                if (!_wake.Wait(StuckAfter))
                    throw new InvalidOperationException("The simulation is stuck: everything waits and nothing can happen any more.");
                break;
            }

            Volatile.Write(ref _now, Math.Max(_now, Math.Min(next, limit)));
            if (next > limit)
                break;
            RunEvents();
        }

        return Dispatch();
    }

    public override void Wake() => _wake.Release();

    public override ListenerDevice Listen(in SocketEndpoint address, ListenOptions options)
    {
        FaultOf(SimulatedCall.Listen).ThrowIfError("listen", address.ToString());
        SocketEndpoint bound = WithPort(address);
        string key = Key(bound);
        if (_listeners.ContainsKey(key))
            SystemErrors.AddressInUse.Throw("listen", bound.ToString());
        SimulatedListener listener = new(this, bound, options.Backlog);
        _listeners.Add(key, listener);
        return listener;
    }

    public override bool Connect(in SocketEndpoint address, StreamOptions options, IoOperation operation, out StreamDevice device)
    {
        if (AreDescriptorsExhausted)
            SystemErrors.TooManyOpenFiles.Throw("connect", address.ToString());
        FaultOf(SimulatedCall.Connect).ThrowIfError("connect", address.ToString());
        SimulatedStream client = new(this, SocketEndpoint.LoopbackIPv4(_nextPort++), address);
        device = client;
        client.Connecting = operation;
        string key = Key(address);
        After(Latency(), () => Arrive(client, key));
        return false;
    }

    public override DatagramDevice OpenDatagram(in SocketEndpoint address, DatagramOptions options)
    {
        FaultOf(SimulatedCall.Bind).ThrowIfError("bind", address.ToString());
        SocketEndpoint bound = WithPort(address);
        SimulatedDatagram socket = new(this, bound);
        if (!_datagrams.TryAdd(bound.Port, socket))
        {
            socket.Close();
            SystemErrors.AddressInUse.Throw("bind", bound.ToString());
        }

        return socket;
    }

    public override StreamDevice AdoptStream(SocketHandle socket) =>
        throw new NotSupportedException("A simulated loop has no real sockets.");

    public override StreamDevice AdoptPipe(FileHandle pipe, PipeKind kind, FileAccess access) =>
        throw new NotSupportedException("A simulated loop has no real pipes; it makes its own with CreatePipe.");

    public override (StreamDevice Reader, StreamDevice Writer) CreatePipe()
    {
        if (AreDescriptorsExhausted)
            SystemErrors.TooManyOpenFiles.Throw("pipe");
        FaultOf(SimulatedCall.Pipe).ThrowIfError("pipe");
        return CreatePair();
    }

    public override void Dispose() => _wake.Dispose();

    /// <summary>Two ends connected without a listener.</summary>
    public (SimulatedStream First, SimulatedStream Second) CreatePair()
    {
        SimulatedStream first = new(this, default, default);
        SimulatedStream second = new(this, default, default);
        first.ConnectTo(second);
        second.ConnectTo(first);
        return (first, second);
    }

    /// <summary>The error that this call is to fail with, if any.</summary>
    public NativeError FaultOf(SimulatedCall call) => Options.Fault?.Invoke(call) ?? default;

    /// <summary>Lets something happen after a time.</summary>
    public void After(long nanoseconds, Action action) => At(_now + nanoseconds, action);

    /// <summary>Lets something happen at a time; what is due at the same time happens in the order it was arranged.</summary>
    public void At(long time, Action action) => _events.Enqueue(action, (time, _order++));

    /// <summary>A time that bytes are under way.</summary>
    public long Latency()
    {
        long shortest = Options.MinLatency.Ticks * 100;
        long spread = Options.MaxLatency.Ticks * 100 - shortest;
        return shortest + (spread > 0 ? Random.Below(spread + 1) : 0);
    }

    /// <summary>Reports readiness in the next batch.</summary>
    public void Report(IReadinessDevice device, Ready ready) => _ready.Add((device, ready));

    public void Forget(SimulatedListener listener) => _listeners.Remove(Key(listener.LocalAddress));

    public void Forget(SimulatedDatagram datagram)
    {
        if (_datagrams.TryGetValue(datagram.LocalAddress.Port, out SimulatedDatagram? bound) && ReferenceEquals(bound, datagram))
            _datagrams.Remove(datagram.LocalAddress.Port);
    }

    /// <summary>Sends a datagram on its way, if it is not lost.</summary>
    public void Transmit(SocketEndpoint from, in SocketEndpoint to, ReadOnlySpan<byte> bytes)
    {
        int port = to.Port;
        int copies = Random.Chance(Options.DatagramLoss) ? 0 : Random.Chance(Options.DatagramDuplication) ? 2 : 1;
        byte[] datagram = bytes.ToArray();
        for (int i = 0; i < copies; i++)
        {
            After(Latency(), () =>
            {
                if (_datagrams.TryGetValue(port, out SimulatedDatagram? target))
                    target.Arrive(from, datagram);
            });
        }
    }

    private void Arrive(SimulatedStream client, string key)
    {
        if (client.IsClosed)
            return;
        bool refused = !_listeners.TryGetValue(key, out SimulatedListener? listener) || Random.Chance(Options.ConnectFailures);
        if (refused || !listener!.Enqueue(client))
            After(Latency(), () => client.EndConnect(SystemErrors.ConnectionRefused));
        else
            After(Latency(), () => client.EndConnect(default));
    }

    private void RunEvents()
    {
        while (_events.TryPeek(out Action? action, out (long Time, long Order) key) && key.Time <= _now)
        {
            _events.Dequeue();
            action();
        }
    }

    /// <summary>Hands out readiness in an order the seed chooses: a real poller promises none.</summary>
    private int Dispatch()
    {
        Loop.EventsArrived();
        (_ready, _batch) = (_batch, _ready);
        for (int i = _batch.Count - 1; i > 0; i--)
        {
            int j = (int)Random.Below(i + 1);
            (_batch[i], _batch[j]) = (_batch[j], _batch[i]);
        }

        foreach ((IReadinessDevice device, Ready ready) in _batch)
            Loop.Dispatch(device, ready);
        int count = _batch.Count;
        _batch.Clear();
        return count;
    }

    private SocketEndpoint WithPort(in SocketEndpoint address) =>
        address.Family is SocketFamily.IPv4 or SocketFamily.IPv6 && address.Port == 0 ? address.WithPort(_nextPort++) : address;

    /// <summary>Listeners are found by port alone: the simulation has one machine.</summary>
    private static string Key(in SocketEndpoint address) =>
        address.Family is SocketFamily.IPv4 or SocketFamily.IPv6 ? $":{address.Port}" : address.ToString();
}
