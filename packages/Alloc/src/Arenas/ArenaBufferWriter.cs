using System.Buffers;

namespace Gabbro.Alloc;

/// <summary>
/// An <see cref="IBufferWriter{T}"/> of bytes over an <see cref="Arena"/>: serialisers write straight into arena memory.
/// What was written stays contiguous: the writer moves it when it outgrows its buffer.
/// </summary>
/// <remarks>
/// Not thread safe. The written bytes live as long as the arena's memory; the writer owns none. A moved buffer's old
/// bytes stay used until the arena is reset, at most as many again as the final length. Amortised O(1) per byte.
/// </remarks>
public sealed unsafe class ArenaBufferWriter : IBufferWriter<byte>
{
    private const int SmallestBuffer = 256;
    private readonly Arena _arena;
    private byte* _buffer;
    private int _capacity;
    private int _written;

    /// <summary>A writer that takes its memory from <paramref name="arena"/>.</summary>
    /// <param name="arena">The arena; it stays the caller's to dispose.</param>
    /// <exception cref="ArgumentNullException"><paramref name="arena"/> is null.</exception>
    public ArenaBufferWriter(Arena arena)
    {
        ArgumentNullException.ThrowIfNull(arena);
        _arena = arena;
    }

    /// <summary>How many bytes have been written.</summary>
    public int WrittenCount => _written;

    /// <summary>The bytes written so far, valid until the arena is reset or the writer moves its buffer.</summary>
    public ReadOnlySpan<byte> WrittenSpan => new(_buffer, _written);

    /// <summary>Forgets what was written and leaves the bytes to the arena: the next write begins a new buffer.</summary>
    public void Clear()
    {
        _buffer = null;
        _capacity = _written = 0;
    }

    /// <inheritdoc/>
    /// <exception cref="ArgumentOutOfRangeException">Negative, or more than the last buffer had room for.</exception>
    public void Advance(int count)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(count, _capacity - _written);
        _written += count;
    }

    /// <inheritdoc/>
    /// <exception cref="ArgumentOutOfRangeException">Negative, or the whole would pass <see cref="int.MaxValue"/>.</exception>
    /// <exception cref="ObjectDisposedException">The arena is disposed.</exception>
    public Span<byte> GetSpan(int sizeHint = 0)
    {
        Reserve(sizeHint);
        return new Span<byte>(_buffer + _written, _capacity - _written);
    }

    /// <inheritdoc/>
    /// <remarks>Wraps native memory: allocates one small managed object each call. Prefer <see cref="GetSpan"/>.</remarks>
    /// <exception cref="ArgumentOutOfRangeException">Negative, or the whole would pass <see cref="int.MaxValue"/>.</exception>
    /// <exception cref="ObjectDisposedException">The arena is disposed.</exception>
    public Memory<byte> GetMemory(int sizeHint = 0)
    {
        Reserve(sizeHint);
        return new NativeSpanManager<byte>(_buffer + _written, _capacity - _written).Memory;
    }

    private void Reserve(int sizeHint)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(sizeHint);
        int needed = Math.Max(sizeHint, 1);
        if (_capacity - _written >= needed) return;
        long grown = Math.Max(Math.Max((long)_capacity * 2, (long)_written + needed), SmallestBuffer);
        if (grown > Array.MaxLength)
        {
            ArgumentOutOfRangeException.ThrowIfGreaterThan((long)_written + needed, Array.MaxLength, nameof(sizeHint));
            grown = Array.MaxLength;
        }
        byte* buffer = (byte*)_arena.Alloc((nuint)grown);
        new ReadOnlySpan<byte>(_buffer, _written).CopyTo(new Span<byte>(buffer, (int)grown));
        _buffer = buffer;
        _capacity = (int)grown;
    }
}
