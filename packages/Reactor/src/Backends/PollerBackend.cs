using System.Diagnostics;
using Gabbro.Platform;
using Gabbro.Platform.Files;
using Gabbro.Platform.Ipc;
using Gabbro.Platform.Polling;
using Gabbro.Platform.Sockets;
using Gabbro.Reactor.Net;

namespace Gabbro.Reactor.Backends;

/// <summary>
/// A backend over readiness of the system, from a poller or from polls on a ring. Every descriptor is registered once,
/// for both directions and edge triggered; from then on a connection costs no call but its reads and writes.
/// </summary>
internal class PollerBackend : Backend
{
    /// <summary>Events fetched at once. More do not help: the share of each socket bounds the turn, not the batch.</summary>
    private const int BatchSize = 512;

    private static readonly double NanosecondsPerTimestamp = 1e9 / Stopwatch.Frequency;

    private readonly ReadySource _source;
    private readonly PollEvent[] _events = new PollEvent[BatchSize];
    private EventLoop _loop = null!;

    public PollerBackend(BackendKind kind, ReadySource source)
    {
        Kind = kind;
        _source = source;
    }

    /// <summary>The loop the backend works for.</summary>
    protected EventLoop Loop => _loop;

    /// <summary>True when a read that fills less than its buffer proves that nothing more is there.</summary>
    public bool IsShortReadProof => !_source.NeedsRearm;

    public override BackendKind Kind { get; }

    public override long Nanoseconds =>
        Stopwatch.Frequency == 1_000_000_000 ? Stopwatch.GetTimestamp() : (long)(Stopwatch.GetTimestamp() * NanosecondsPerTimestamp);

    public override void Attach(EventLoop loop) => _loop = loop;

    public override int Poll(int timeoutMilliseconds)
    {
        int count = _source.Wait(_events, timeoutMilliseconds < 0 ? Timeout.InfiniteTimeSpan : TimeSpan.FromMilliseconds(timeoutMilliseconds));
        _loop.EventsArrived();
        for (int i = 0; i < count; i++)
        {
            ref readonly PollEvent reported = ref _events[i];

            // Gone, or gone and replaced within this batch: then the generation in the token differs.
            if (_loop.Devices.Find(reported.Token) is IReadinessDevice device)
                _loop.Dispatch(device, Translate(reported));
        }

        return count;
    }

    public override void Wake() => _source.Wake();

    public override ListenerDevice Listen(in SocketEndpoint address, ListenOptions options)
    {
        SocketHandle socket = SocketSetup.Listen(address, options);
        return Guard(socket, () => new SocketListener(this, _loop, socket, options.Streams));
    }

    public override bool Connect(in SocketEndpoint address, StreamOptions options, IoOperation operation, out StreamDevice device)
    {
        SocketHandle socket = SocketHandle.Create(address.Family, SocketKind.Stream);
        SocketSetup.Apply(socket, address.Family, options);
        SocketResult result = socket.Connect(address);
        SocketStream stream = Guard(socket, () => new SocketStream(this, _loop, socket));
        device = stream;
        if (result.IsSuccess || !result.WouldBlock)
        {
            operation.Error = result.Error;
            stream.AssumeConnected();
            return true;
        }

        stream.Connecting = operation;
        return false;
    }

    public override DatagramDevice OpenDatagram(in SocketEndpoint address, DatagramOptions options)
    {
        SocketHandle socket = SocketSetup.OpenDatagram(address, options);
        return Guard(socket, () => new SocketDatagram(this, _loop, socket));
    }

    public override StreamDevice AdoptStream(SocketHandle socket)
    {
        SocketStream stream = new(this, _loop, socket);
        stream.AssumeConnected();
        return stream;
    }

    public override StreamDevice AdoptPipe(FileHandle pipe, PipeKind kind, FileAccess access)
    {
        if (OperatingSystem.IsWindows())
            return new ThreadedPipe(_loop, pipe);
        pipe.SetBlocking(false);
        try
        {
            return new PipeStream(this, _loop, pipe, kind, access);
        }
        catch (PlatformException refused) when (refused.Kind == ErrorKind.NotPermitted)
        {
            // epoll's word for a regular file, which standard input may well be.
            return new ThreadedPipe(_loop, pipe);
        }
    }

    public override (StreamDevice Reader, StreamDevice Writer) CreatePipe()
    {
        (FileHandle reader, FileHandle writer) = Pipes.Create();
        StreamDevice? first = null;
        try
        {
            first = AdoptPipe(reader, PipeKind.Bytes, FileAccess.Read);
            return (first, AdoptPipe(writer, PipeKind.Bytes, FileAccess.Write));
        }
        catch
        {
            first?.Close();
            reader.Dispose();
            writer.Dispose();
            throw;
        }
    }

    public override void Dispose() => _source.Dispose();

    /// <summary>Only the directions there are: a kqueue refuses the other one.</summary>
    public static PollInterest InterestOf(FileAccess access) =>
        (access.HasFlag(FileAccess.Read) ? PollInterest.Readable : PollInterest.None)
        | (access.HasFlag(FileAccess.Write) ? PollInterest.Writable : PollInterest.None);

    /// <summary>Watches a descriptor for the rest of its life.</summary>
    public void Watch(SystemHandle handle, ulong token, PollInterest interest) => _source.Add(handle, token, interest);

    /// <summary>A call on the descriptor would have blocked: its next edge is wanted.</summary>
    public void AwaitEdge(SystemHandle handle)
    {
        if (_source.NeedsRearm)
            _source.Rearm(handle);
    }

    /// <summary>
    /// Stops watching, before the descriptor is closed: a duplicate of it, in this process or in a child, would keep the
    /// registration alive, and nobody could remove it any more.
    /// </summary>
    public void Unwatch(SystemHandle handle, ulong token) => _source.Remove(handle, token);

    /// <summary>Closes a socket again when the device for it cannot be made.</summary>
    public static TDevice Guard<TDevice>(SocketHandle socket, Func<TDevice> make)
    {
        try
        {
            return make();
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    protected static Ready Translate(in PollEvent reported)
    {
        Ready ready = Ready.None;
        if (reported.IsReadable)
            ready |= Ready.Readable;
        if (reported.IsWritable)
            ready |= Ready.Writable;
        if ((reported.Readiness & (PollReadiness.ReadClosed | PollReadiness.HangUp | PollReadiness.Error)) != 0)
            ready |= Ready.ReadClosed;
        return ready == Ready.None ? Ready.Readable : ready;
    }
}
