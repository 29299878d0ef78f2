using System.Buffers;

namespace Gabbro.Reactor.Backends;

/// <summary>Bytes received before anybody asked for them, in order, in arrays of the shared pool.</summary>
internal sealed class ReceivedAhead
{
    private const int ArraySize = 16 * 1024;

    private readonly Queue<ArraySegment<byte>> _segments = new();

    /// <summary>The array that is being filled, the last of the queue; null when the next byte needs a new one.</summary>
    private byte[]? _filling;
    private int _filled;
    private int _taken;

    /// <summary>Bytes kept.</summary>
    public int Count { get; private set; }

    public bool IsEmpty => Count == 0;

    public void Add(ReadOnlySpan<byte> bytes)
    {
        Count += bytes.Length;
        while (!bytes.IsEmpty)
        {
            if (_filling is null)
            {
                _filling = ArrayPool<byte>.Shared.Rent(ArraySize);
                _filled = 0;
            }

            int count = Math.Min(bytes.Length, _filling.Length - _filled);
            bytes[..count].CopyTo(_filling.AsSpan(_filled));
            _filled += count;
            bytes = bytes[count..];
            if (_filled == _filling.Length)
                Finish();
        }
    }

    /// <summary>Takes as much as there is room for.</summary>
    public int Take(Span<byte> buffer)
    {
        int total = 0;
        while (Count > 0 && total < buffer.Length)
        {
            ArraySegment<byte> first = First();
            int count = Math.Min(first.Count, buffer.Length - total);
            first.AsSpan(0, count).CopyTo(buffer[total..]);
            total += count;
            Count -= count;
            _taken += count;
            if (count == first.Count)
                ArrayPool<byte>.Shared.Return(RemoveFirst());
        }

        return total;
    }

    /// <summary>Takes the oldest bytes together with their array, which the caller returns to the pool.</summary>
    public byte[] TakeFirst(out ArraySegment<byte> bytes)
    {
        bytes = First();
        Count -= bytes.Count;
        return RemoveFirst();
    }

    public void Clear()
    {
        while (Count > 0)
            ArrayPool<byte>.Shared.Return(TakeFirst(out _));
    }

    private ArraySegment<byte> First()
    {
        if (_segments.Count == 0)
            Finish();
        return _segments.Peek()[_taken..];
    }

    private byte[] RemoveFirst()
    {
        _taken = 0;
        return _segments.Dequeue().Array!;
    }

    private void Finish()
    {
        _segments.Enqueue(new ArraySegment<byte>(_filling!, 0, _filled));
        _filling = null;
    }
}
