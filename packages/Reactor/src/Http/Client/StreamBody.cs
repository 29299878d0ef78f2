namespace Gabbro.Reactor.Http.Client;

/// <summary>A body that is read from a stream, once.</summary>
internal sealed class StreamBody(Stream stream, long length) : RequestBody
{
    public override long Length => length;

    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken) => stream.ReadAsync(buffer, cancellationToken);
}
