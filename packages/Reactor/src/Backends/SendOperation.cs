using Gabbro.Platform.Files;

namespace Gabbro.Reactor.Backends;

/// <summary>A send of everything in it: up to two pieces of memory, then a range of a file. It ends when all is handed to the system.</summary>
internal abstract class SendOperation : IoOperation
{
    /// <summary>What to send first.</summary>
    public ReadOnlyMemory<byte> Buffer;

    /// <summary>What to send behind <see cref="Buffer"/>, in the same call where the system can.</summary>
    public ReadOnlyMemory<byte> Second;

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
        Second = Second[(count - first)..];
    }

    /// <summary>Makes the operation ready for another use.</summary>
    protected void Clear()
    {
        Buffer = default;
        Second = default;
        File = null;
        FileOffset = 0;
        FileRemaining = 0;
        Count = 0;
        Error = default;
    }
}
