using Gabbro.Platform;
using Gabbro.Platform.Files;
using Gabbro.Platform.Sockets;

namespace Gabbro.Reactor.Backends;

/// <summary>One end of a pipe, a FIFO, a terminal or another descriptor of the system that is no socket, watched by a poller.</summary>
internal sealed class PipeStream : ReadinessStream
{
    /// <summary>What a pipe takes at once by default; more of a file would be read and not sent.</summary>
    private const int FileSlice = 64 * 1024;

    private readonly PollerBackend _backend;
    private readonly FileHandle _pipe;
    private readonly PipeKind _kind;
    private byte[]? _slice;

    public PipeStream(PollerBackend backend, EventLoop loop, FileHandle pipe, PipeKind kind, FileAccess access)
        : base(loop)
    {
        _backend = backend;
        _pipe = pipe;
        _kind = kind;
        try
        {
            backend.Watch(pipe, Token, PollerBackend.InterestOf(access));
        }
        catch
        {
            loop.Devices.Remove(Token);
            throw;
        }

        // A pipe has room until a write has shown otherwise; the edge that says so comes for the writing end only.
        Assume(Ready.Writable);
    }

    public override SocketEndpoint RemoteAddress => default;

    public override SocketEndpoint LocalAddress => default;

    protected override bool IsShortReadProof => _kind == PipeKind.Bytes && _backend.IsShortReadProof;

    /// <summary>A pipe has one direction: what ends is the whole of it.</summary>
    public override void Shutdown(SocketShutdown how) => Close();

    public override void ResetOnClose()
    {
    }

    protected override Outcome TryReceive(Span<byte> buffer, out int count, out NativeError error)
    {
        if (_pipe.TryRead(buffer, out count, out error))
            return Outcome.Done;
        if (error.Kind == ErrorKind.WouldBlock)
        {
            error = default;
            _backend.AwaitEdge(_pipe);
            return Outcome.WouldBlock;
        }

        if (_kind == PipeKind.Terminal && error.Kind == ErrorKind.IoError)
            error = default;
        return Outcome.Done;
    }

    protected override Outcome TrySend(SendOperation operation, out int count, out NativeError error)
    {
        bool fromFile = operation.Buffer.IsEmpty && operation.Second.IsEmpty;
        ReadOnlySpan<byte> bytes = operation.Buffer.IsEmpty ? operation.Second.Span : operation.Buffer.Span;
        count = 0;
        if (fromFile)
        {
            _slice ??= GC.AllocateUninitializedArray<byte>(FileSlice);
            Span<byte> slice = _slice.AsSpan(0, (int)Math.Min(FileSlice, operation.FileRemaining));
            if (!operation.File!.TryReadAt(slice, operation.FileOffset, out int read, out error))
                return Outcome.Done;
            if (read == 0)
            {
                error = SystemErrors.EndOfFile;
                return Outcome.Done;
            }

            bytes = slice[..read];
        }

        if (!_pipe.TryWrite(bytes, out count, out error))
        {
            if (error.Kind != ErrorKind.WouldBlock)
                return Outcome.Done;
            error = default;
            _backend.AwaitEdge(_pipe);
            return Outcome.WouldBlock;
        }

        if (fromFile)
        {
            operation.FileOffset += count;
            operation.FileRemaining -= count;
        }
        else
        {
            operation.Advance(count);
        }

        return Outcome.Done;
    }

    protected override void CloseDescriptor()
    {
        _backend.Unwatch(_pipe, Token);
        _pipe.Dispose();
    }
}
