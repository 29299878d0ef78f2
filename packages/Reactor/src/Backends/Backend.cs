using Gabbro.Platform.Files;
using Gabbro.Platform.Sockets;
using Gabbro.Reactor.Net;

namespace Gabbro.Reactor.Backends;

/// <summary>
/// What a loop needs of an operating system, or of a simulation of one. Everything but <see cref="Wake"/> belongs to the
/// loop's thread.
/// </summary>
internal abstract class Backend : IDisposable
{
    /// <summary>Which one it is.</summary>
    public abstract BackendKind Kind { get; }

    /// <summary>Nanoseconds on a clock that only moves forward. Any thread.</summary>
    public abstract long Nanoseconds { get; }

    /// <summary>The time of day. Any thread.</summary>
    public virtual DateTimeOffset UtcNow => DateTimeOffset.UtcNow;

    /// <summary>The loop is there: devices may refer to it from now on.</summary>
    public abstract void Attach(EventLoop loop);

    /// <summary>
    /// Hands pending requests to the system, waits for events and completes the operations they concern.
    /// </summary>
    /// <param name="timeoutMilliseconds">How long to wait at most: 0 not at all, -1 without limit.</param>
    /// <returns>The number of events handled.</returns>
    public abstract int Poll(int timeoutMilliseconds);

    /// <summary>Makes a <see cref="Poll"/> that waits, or the next one that would, return. Any thread; may be called too often.</summary>
    public abstract void Wake();

    /// <summary>Starts to listen.</summary>
    public abstract ListenerDevice Listen(in SocketEndpoint address, ListenOptions options);

    /// <summary>
    /// Starts to connect.
    /// </summary>
    /// <param name="address">Where to.</param>
    /// <param name="options">Options of the socket.</param>
    /// <param name="operation">Completed when the connection stands or has failed.</param>
    /// <param name="device">The device; closed by the caller when the operation fails.</param>
    /// <returns>True when it has ended already; the operation is then not called back.</returns>
    public abstract bool Connect(in SocketEndpoint address, StreamOptions options, IoOperation operation, out StreamDevice device);

    /// <summary>Opens a datagram socket bound to an address.</summary>
    public abstract DatagramDevice OpenDatagram(in SocketEndpoint address, DatagramOptions options);

    /// <summary>Takes over a connected socket.</summary>
    public abstract StreamDevice AdoptStream(SocketHandle socket);

    /// <summary>Takes over a descriptor that is no socket: an end of a pipe, a FIFO, a terminal, a queue of records.</summary>
    /// <param name="pipe">The descriptor; closed by the device.</param>
    /// <param name="kind">What it delivers.</param>
    /// <param name="access">The directions it has.</param>
    public abstract StreamDevice AdoptPipe(FileHandle pipe, PipeKind kind, FileAccess access);

    /// <summary>Two connected streams, the first for reading and the second for writing.</summary>
    public abstract (StreamDevice Reader, StreamDevice Writer) CreatePipe();

    /// <summary>
    /// All devices are closed: waits until the kernel has let go of their buffers, and completes what that ends. Backends
    /// whose operations never outlive a close have nothing to do.
    /// </summary>
    public virtual void Settle()
    {
    }

    /// <inheritdoc/>
    public abstract void Dispose();
}
