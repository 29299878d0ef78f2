using System.Buffers;
using Gabbro.Platform;
using Gabbro.Platform.Sockets;

namespace Gabbro.Reactor.Backends;

/// <summary>Sends what an operation holds through a non-blocking socket.</summary>
internal static class SocketTransfer
{
    /// <summary>The most of a file to send in one call, so that a large one does not hold the loop.</summary>
    private const int FileSlice = 1 << 20;

    /// <summary>Pieces handed over in one call; more only make the call longer.</summary>
    private const int MaxSegments = 64;

    [ThreadStatic]
    private static MemoryHandle[]? t_pins;

    /// <summary>Sends from the start of the operation what there is room for, and moves its start.</summary>
    /// <returns>False when there is no room.</returns>
    public static unsafe bool TrySend(SocketHandle socket, SendOperation operation, out int count, out NativeError error)
    {
        SocketResult result;
        bool fromFile = false;
        if (!operation.Rest.IsEmpty)
        {
            result = SendGathered(socket, operation);
        }
        else if (!operation.Buffer.IsEmpty && !operation.Second.IsEmpty)
        {
            fixed (byte* first = operation.Buffer.Span)
            fixed (byte* second = operation.Second.Span)
            {
                result = socket.Send(
                [
                    new BufferSegment(first, (nuint)operation.Buffer.Length),
                    new BufferSegment(second, (nuint)operation.Second.Length),
                ]);
            }
        }
        else if (!operation.Buffer.IsEmpty || !operation.Second.IsEmpty)
        {
            result = socket.Send(operation.Buffer.IsEmpty ? operation.Second.Span : operation.Buffer.Span);
        }
        else
        {
            fromFile = true;
            result = socket.SendFile(operation.File!, ref operation.FileOffset, Math.Min(operation.FileRemaining, FileSlice));
        }

        count = result.Count;
        error = default;
        if (!result.IsSuccess)
        {
            if (result.WouldBlock)
                return false;
            error = result.Error;
            return true;
        }

        if (!fromFile)
        {
            operation.Advance(count);
            return true;
        }

        operation.FileRemaining -= count;
        if (count == 0)
            error = SystemErrors.EndOfFile;
        return true;
    }

    /// <summary>Receives into several buffers in one call.</summary>
    public static unsafe SocketResult ReceiveScattered(SocketHandle socket, ReceiveOperation operation)
    {
        MemoryHandle[] pins = t_pins ??= new MemoryHandle[MaxSegments];
        BufferSegment* segments = stackalloc BufferSegment[MaxSegments];
        int count = 0;
        try
        {
            Pin(operation.Buffer, pins, segments, ref count);
            foreach (Memory<byte> buffer in operation.Rest.Span)
            {
                if (count == MaxSegments)
                    break;
                Pin(buffer, pins, segments, ref count);
            }

            return socket.Receive(new ReadOnlySpan<BufferSegment>(segments, count));
        }
        finally
        {
            Unpin(pins, count);
        }
    }

    private static unsafe SocketResult SendGathered(SocketHandle socket, SendOperation operation)
    {
        MemoryHandle[] pins = t_pins ??= new MemoryHandle[MaxSegments];
        BufferSegment* segments = stackalloc BufferSegment[MaxSegments];
        int count = 0;
        try
        {
            Pin(operation.Buffer, pins, segments, ref count);
            Pin(operation.Second, pins, segments, ref count);
            foreach (ReadOnlyMemory<byte> buffer in operation.Rest.Span)
            {
                if (count == MaxSegments)
                    break;
                Pin(buffer, pins, segments, ref count);
            }

            return socket.Send(new ReadOnlySpan<BufferSegment>(segments, count));
        }
        finally
        {
            Unpin(pins, count);
        }
    }

    private static unsafe void Pin(ReadOnlyMemory<byte> buffer, MemoryHandle[] pins, BufferSegment* segments, ref int count)
    {
        if (buffer.IsEmpty)
            return;
        pins[count] = buffer.Pin();
        segments[count] = new BufferSegment((byte*)pins[count].Pointer, (nuint)buffer.Length);
        count++;
    }

    private static void Unpin(MemoryHandle[] pins, int count)
    {
        for (int i = 0; i < count; i++)
        {
            pins[i].Dispose();
            pins[i] = default;
        }
    }
}
