using Gabbro.Platform.Files;

namespace Gabbro.Reactor.Backends;

/// <summary>A send of everything in it: pieces of memory, then a range of a file. It ends when all is handed to the system.</summary>
/// <remarks>
/// A backend needs to know <see cref="Buffer"/> and <see cref="Second"/> only: what is behind them moves up as they are sent.
/// One that can hand more to the system at once takes <see cref="Rest"/> too.
/// </remarks>
internal abstract class SendOperation : IoOperation
{
    /// <summary>What to send first.</summary>
    public ReadOnlyMemory<byte> Buffer;

    /// <summary>What to send behind <see cref="Buffer"/>, in the same call where the system can.</summary>
    public ReadOnlyMemory<byte> Second;

    /// <summary>What to send behind <see cref="Second"/>.</summary>
    public ReadOnlyMemory<ReadOnlyMemory<byte>> Rest;

    /// <summary>The file to send from after the memory, or null.</summary>
    public FileHandle? File;

    /// <summary>Where in the file to go on.</summary>
    public long FileOffset;

    /// <summary>Bytes of the file still to send.</summary>
    public long FileRemaining;

    /// <summary>True when nothing is left to send.</summary>
    public bool IsFinished => Buffer.IsEmpty && Second.IsEmpty && FileRemaining == 0;

    /// <summary>Moves the start of what is left past bytes of memory that were sent.</summary>
    public void Advance(int count)
    {
        int first = Math.Min(count, Buffer.Length);
        Buffer = Buffer[first..];
        count -= first;
        first = Math.Min(count, Second.Length);
        Second = Second[first..];
        if (!Rest.IsEmpty)
            AdvanceRest(count - first);
    }

    /// <summary>Keeps the two first pieces filled as long as there are any.</summary>
    protected void AdvanceRest(int count)
    {
        while (true)
        {
            int sent = Math.Min(count, Buffer.Length);
            Buffer = Buffer[sent..];
            count -= sent;
            if (!Second.IsEmpty)
            {
                if (!Buffer.IsEmpty)
                    return;
                (Buffer, Second) = (Second, default);
                continue;
            }

            if (Rest.IsEmpty)
                return;
            if (Buffer.IsEmpty)
                Buffer = Rest.Span[0];
            else
                Second = Rest.Span[0];
            Rest = Rest[1..];
        }
    }

    /// <summary>Makes the operation ready for another use.</summary>
    protected void Clear()
    {
        Buffer = default;
        Second = default;
        Rest = default;
        File = null;
        FileOffset = 0;
        FileRemaining = 0;
        Count = 0;
        Error = default;
    }
}
