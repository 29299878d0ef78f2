namespace Gabbro.Reactor.Http.Client;

/// <summary>A body that is there as a whole.</summary>
internal sealed class MemoryBody(ReadOnlyMemory<byte> bytes) : RequestBody
{
    private int _position;

    public ReadOnlyMemory<byte> Bytes => bytes;

    public override long Length => bytes.Length;

    public override bool CanReplay => true;

    public override void Rewind() => _position = 0;

    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken)
    {
        int count = Math.Min(buffer.Length, bytes.Length - _position);
        bytes.Span.Slice(_position, count).CopyTo(buffer.Span);
        _position += count;
        return new ValueTask<int>(count);
    }
}
