using Gabbro.Platform;
using Gabbro.Platform.Sockets;

namespace Gabbro.Reactor.Backends;

/// <summary>Sends what an operation holds through a non-blocking socket.</summary>
internal static class SocketTransfer
{
    /// <summary>The most of a file to send in one call, so that a large one does not hold the loop.</summary>
    private const int FileSlice = 1 << 20;

    /// <summary>Sends from the start of the operation what there is room for, and moves its start.</summary>
    /// <returns>False when there is no room.</returns>
    public static unsafe bool TrySend(SocketHandle socket, SendOperation operation, out int count, out NativeError error)
    {
        SocketResult result;
        bool fromFile = false;
        if (!operation.Buffer.IsEmpty && !operation.Second.IsEmpty)
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
}
