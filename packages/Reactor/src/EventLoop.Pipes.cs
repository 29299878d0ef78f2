using Gabbro.Platform;
using Gabbro.Platform.Files;
using Gabbro.Platform.Sockets;
using Gabbro.Reactor.Backends;
using Gabbro.Reactor.Net;

namespace Gabbro.Reactor;

public sealed partial class EventLoop
{
    /// <summary>How often a writer looks whether a FIFO has a reader by now: the system has no way to be told.</summary>
    private static readonly TimeSpan FifoRetry = TimeSpan.FromMilliseconds(20);

    /// <summary>Makes a pipe with both ends on this loop.</summary>
    /// <returns>The end to read from and the end to write to. Disposing the writer is the end of the reader's stream.</returns>
    /// <exception cref="InvalidOperationException">The caller is on another thread.</exception>
    /// <exception cref="PlatformException">No descriptors are left.</exception>
    public (StreamSocket Reader, StreamSocket Writer) CreatePipe()
    {
        VerifyAccess();
        (StreamDevice reader, StreamDevice writer) = _backend.CreatePipe();
        return (new StreamSocket(reader), new StreamSocket(writer));
    }

    /// <summary>
    /// Takes over a descriptor that is no socket: an end of a pipe, a FIFO, a terminal, a device, or a file as standard
    /// input may be one.
    /// </summary>
    /// <remarks>
    /// On Unix the descriptor is made non-blocking; that mode belongs to the open file description, so whoever shares it (a
    /// shell and the terminal of its child) is affected. What no poller takes (regular files; pipes on Windows) is read and
    /// written by a thread for each direction that is used. Ending a direction with <see cref="StreamSocket.Shutdown"/> closes
    /// the whole descriptor: it has only one, or no way to end one alone.
    /// </remarks>
    /// <param name="pipe">The descriptor; the stream owns it from now on, also when this throws.</param>
    /// <param name="access">The directions it was opened for.</param>
    /// <returns>The stream. Reading a terminal whose other side is gone gives its end.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="pipe"/> is null.</exception>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="access"/> is not a value of the enumeration.</exception>
    /// <exception cref="InvalidOperationException">The caller is on another thread.</exception>
    /// <exception cref="NotSupportedException">The loop is simulated.</exception>
    /// <exception cref="PlatformException">The system cannot wait for this descriptor.</exception>
    public StreamSocket Adopt(FileHandle pipe, FileAccess access = FileAccess.ReadWrite)
    {
        ArgumentNullException.ThrowIfNull(pipe);
        if (access is < FileAccess.Read or > FileAccess.ReadWrite)
            throw new ArgumentOutOfRangeException(nameof(access));
        VerifyAccess();
        return Adopt(pipe, access, null);
    }

    /// <summary>Two connected Unix sockets with both ends on this loop.</summary>
    /// <exception cref="InvalidOperationException">The caller is on another thread.</exception>
    /// <exception cref="NotSupportedException">The loop is simulated; <see cref="Simulation.SimulatedWorld.CreatePair"/> is its way.</exception>
    /// <exception cref="PlatformException">No descriptors are left.</exception>
    public (StreamSocket First, StreamSocket Second) CreateSocketPair()
    {
        VerifyAccess();
        (SocketHandle first, SocketHandle second) = SocketHandle.CreatePair();
        StreamSocket? adopted = null;
        try
        {
            adopted = Adopt(first);
            return (adopted, Adopt(second));
        }
        catch
        {
            adopted?.Dispose();
            first.Dispose();
            second.Dispose();
            throw;
        }
    }

    /// <summary>
    /// Opens a FIFO for reading, without waiting for a writer. The first read waits for one; the stream ends when the last
    /// writer has closed, and a writer that comes later is heard by opening it again.
    /// </summary>
    /// <param name="path">The FIFO; <see cref="Platform.Ipc.Pipes.TryCreateFifo"/> makes one.</param>
    /// <exception cref="ArgumentException"><paramref name="path"/> is empty.</exception>
    /// <exception cref="InvalidOperationException">The caller is on another thread.</exception>
    /// <exception cref="NotSupportedException">The loop is simulated.</exception>
    /// <exception cref="PlatformException">The system refused.</exception>
    public StreamSocket OpenFifoReader(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        VerifyAccess();
        return Adopt(FileHandle.Open(path, new FileOpenOptions { Flags = FileOpenFlags.NonBlocking }), FileAccess.Read, PipeKind.Bytes);
    }

    /// <summary>Opens a FIFO for writing, waiting until somebody reads it.</summary>
    /// <param name="path">The FIFO.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="ArgumentException"><paramref name="path"/> is empty.</exception>
    /// <exception cref="InvalidOperationException">The caller is on another thread.</exception>
    /// <exception cref="NotSupportedException">The loop is simulated.</exception>
    /// <exception cref="PlatformException">The system refused.</exception>
    /// <exception cref="OperationCanceledException">The token was canceled first.</exception>
    public async ValueTask<StreamSocket> OpenFifoWriterAsync(string path, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        VerifyAccess();
        FileOpenOptions options = new() { Access = FileOpenAccess.Write, Flags = FileOpenFlags.NonBlocking };
        while (true)
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (FileHandle.TryOpen(path, options, out FileHandle? fifo, out NativeError error))
                return Adopt(fifo, FileAccess.Write, PipeKind.Bytes);

            // ENXIO: nobody reads it yet.
            if (error.Kind != ErrorKind.NoDevice)
                error.Throw("open", path);
            await DelayAsync(FifoRetry, cancellationToken);
        }
    }

    /// <summary>Watches a descriptor that stays the caller's; see <see cref="ReadinessWatch"/>.</summary>
    /// <param name="handle">A non-blocking descriptor; it must stay open until the watch is disposed.</param>
    /// <param name="access">The directions that will be waited for.</param>
    /// <exception cref="ArgumentNullException"><paramref name="handle"/> is null.</exception>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="access"/> is not a value of the enumeration.</exception>
    /// <exception cref="InvalidOperationException">The caller is on another thread.</exception>
    /// <exception cref="NotSupportedException">The loop is simulated.</exception>
    /// <exception cref="PlatformException">The system cannot wait for this descriptor, or another watch has it already.</exception>
    public ReadinessWatch Watch(SystemHandle handle, FileAccess access = FileAccess.ReadWrite)
    {
        ArgumentNullException.ThrowIfNull(handle);
        if (access is < FileAccess.Read or > FileAccess.ReadWrite)
            throw new ArgumentOutOfRangeException(nameof(access));
        VerifyAccess();
        if (_backend is not PollerBackend poller)
            throw new NotSupportedException("A simulated loop has no real descriptors.");
        return new ReadinessWatch(this, poller, handle, PollerBackend.InterestOf(access));
    }

    internal StreamSocket Adopt(FileHandle pipe, FileAccess access, PipeKind? kind)
    {
        try
        {
            return new StreamSocket(_backend.AdoptPipe(pipe, kind ?? KindOf(pipe), access));
        }
        catch
        {
            pipe.Dispose();
            throw;
        }
    }

    private static PipeKind KindOf(FileHandle pipe) =>
        !OperatingSystem.IsWindows() && pipe.GetStatus().Type == FileType.CharacterDevice ? PipeKind.Terminal : PipeKind.Bytes;
}
