using Gabbro.Platform.Files;
using Gabbro.Reactor.Backends;

namespace Gabbro.Reactor.Http.Server;

/// <summary>The send of one exchange.</summary>
internal sealed class ConnectionSender(Exchange exchange) : SendOperation
{
    public void Prepare(ReadOnlyMemory<byte> first, ReadOnlyMemory<byte> second, FileHandle? file, long offset, long count)
    {
        Clear();
        Buffer = first;
        Second = second;
        File = file;
        FileOffset = offset;
        FileRemaining = count;
    }

    /// <summary>Lets go of the memory.</summary>
    public void Forget()
    {
        Buffer = default;
        Second = default;
        File = null;
    }

    /// <summary>Goes to another connection, which must not be taken for failed because the last one was.</summary>
    public void Reset() => Clear();

    /// <summary>Bytes still to send, for the pace.</summary>
    public long Left => Buffer.Length + Second.Length + FileRemaining;

    public override void OnCompleted() => exchange.OnSent();
}
