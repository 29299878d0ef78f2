using System.Buffers;
using System.Runtime.CompilerServices;
using Gabbro.Reactor.Tasks;

namespace Gabbro.Reactor.Net;

/// <summary>
/// Writes to a stream without waiting for each one: bytes are copied into a queue and go out together, once a turn. Two
/// marks say when the writer should stop and when it may go on, so that a peer that does not read costs a bounded amount.
/// </summary>
/// <remarks>
/// <para>Nothing stops a writer that ignores <see cref="IsPaused"/>: the marks advise, and <see cref="WaitForRoomAsync"/> is how to
/// follow. While the queue exists, the stream's own writes belong to it.</para>
/// <para>A failure of the stream is told by the next call of any member, and to whoever waits; what was queued is gone then.</para>
/// <para>Belongs to the loop's thread. Writing allocates nothing once the queue has grown to what is used of it.</para>
/// </remarks>
/// <example>
/// <code>
/// WriteQueue queue = new(connection, highWater: 64 * 1024, lowWater: 16 * 1024);
/// foreach (ReadOnlyMemory&lt;byte&gt; message in messages)
/// {
///     if (!queue.Write(message.Span))
///         await queue.WaitForRoomAsync();
/// }
/// await queue.FlushAsync();
/// </code>
/// </example>
public sealed class WriteQueue : IBufferWriter<byte>, ILoopWork
{
    private const int InitialCapacity = 4096;

    private readonly StreamSocket _stream;
    private readonly Action _written;
    private readonly LoopGate _room;
    private readonly LoopGate _flushed;
    private byte[] _filling = [];
    private byte[] _sending = [];
    private ValueTaskAwaiter _write;
    private Exception? _failure;
    private int _filled;
    private int _underWay;
    private bool _posted;

    /// <summary>Makes a queue in front of a stream.</summary>
    /// <param name="stream">The stream; it stays the caller's.</param>
    /// <param name="highWater">Bytes at which the writer should stop.</param>
    /// <param name="lowWater">Bytes at which it may go on; less than <paramref name="highWater"/>, so that it does not stop and go for every byte.</param>
    /// <exception cref="ArgumentNullException"><paramref name="stream"/> is null.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A mark is negative, or the low one is not below the high one.</exception>
    public WriteQueue(StreamSocket stream, int highWater = 64 * 1024, int lowWater = 16 * 1024)
    {
        ArgumentNullException.ThrowIfNull(stream);
        ArgumentOutOfRangeException.ThrowIfNegative(lowWater);
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(highWater, lowWater);
        _stream = stream;
        HighWater = highWater;
        LowWater = lowWater;
        _written = Written;
        _room = new LoopGate(stream.Loop, "Another wait for room in this queue is pending.");
        _flushed = new LoopGate(stream.Loop, "Another flush of this queue is pending.");
    }

    /// <summary>Bytes at which the writer should stop.</summary>
    public int HighWater { get; }

    /// <summary>Bytes at which it may go on.</summary>
    public int LowWater { get; }

    /// <summary>Bytes that the system has not taken yet.</summary>
    public int QueuedBytes => _filled + _underWay;

    /// <summary>True from the moment the high mark is reached until the queue has fallen to the low one.</summary>
    public bool IsPaused { get; private set; }

    /// <summary>Queues bytes; they go out in this turn's end, together with what else is queued until then.</summary>
    /// <param name="bytes">The bytes; copied.</param>
    /// <returns>False when the writer should wait for room before it goes on. The bytes are queued in any case.</returns>
    /// <exception cref="InvalidOperationException">The caller is on another thread.</exception>
    /// <exception cref="ObjectDisposedException">The stream was disposed.</exception>
    /// <exception cref="Platform.PlatformException">The stream has failed.</exception>
    public bool Write(ReadOnlySpan<byte> bytes)
    {
        bytes.CopyTo(GetSpan(bytes.Length));
        Advance(bytes.Length);
        return !IsPaused;
    }

    /// <summary>Memory to write into; <see cref="Advance"/> queues what was written.</summary>
    /// <param name="sizeHint">Bytes it must have at least.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="sizeHint"/> is negative.</exception>
    /// <exception cref="InvalidOperationException">The caller is on another thread.</exception>
    /// <exception cref="ObjectDisposedException">The stream was disposed.</exception>
    /// <exception cref="Platform.PlatformException">The stream has failed.</exception>
    public Memory<byte> GetMemory(int sizeHint = 0)
    {
        Reserve(sizeHint);
        return _filling.AsMemory(_filled);
    }

    /// <inheritdoc cref="GetMemory"/>
    public Span<byte> GetSpan(int sizeHint = 0)
    {
        Reserve(sizeHint);
        return _filling.AsSpan(_filled);
    }

    /// <summary>Queues bytes that were written into the memory got last.</summary>
    /// <param name="count">How many.</param>
    /// <exception cref="ArgumentOutOfRangeException">More than there was memory for, or negative.</exception>
    public void Advance(int count)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan((uint)count, (uint)(_filling.Length - _filled), nameof(count));
        _filled += count;
        if (QueuedBytes >= HighWater)
            IsPaused = true;
        if (_filled == 0 || _underWay > 0 || _posted)
            return;
        _posted = true;
        _stream.Loop.PostWork(this);
    }

    /// <summary>Waits until the writer may go on: at once unless <see cref="IsPaused"/>.</summary>
    /// <param name="cancellationToken">Ends the wait; what is queued stays so.</param>
    /// <exception cref="InvalidOperationException">Another wait for room is pending, or the caller is on another thread.</exception>
    /// <exception cref="ObjectDisposedException">The stream is, or was meanwhile, disposed.</exception>
    /// <exception cref="Platform.PlatformException">The stream has failed.</exception>
    /// <exception cref="OperationCanceledException">The token was canceled first.</exception>
    public ValueTask WaitForRoomAsync(CancellationToken cancellationToken = default)
    {
        Check();
        _room.CheckFree();
        if (cancellationToken.IsCancellationRequested)
            return ValueTask.FromCanceled(cancellationToken);
        return IsPaused ? _room.WaitAsync(cancellationToken) : ValueTask.CompletedTask;
    }

    /// <summary>Waits until the system has taken everything that is queued, and all that is queued meanwhile.</summary>
    /// <param name="cancellationToken">Ends the wait; what is queued goes out all the same.</param>
    /// <exception cref="InvalidOperationException">Another flush is pending, or the caller is on another thread.</exception>
    /// <exception cref="ObjectDisposedException">The stream is, or was meanwhile, disposed.</exception>
    /// <exception cref="Platform.PlatformException">The stream has failed.</exception>
    /// <exception cref="OperationCanceledException">The token was canceled first.</exception>
    public ValueTask FlushAsync(CancellationToken cancellationToken = default)
    {
        Check();
        _flushed.CheckFree();
        if (cancellationToken.IsCancellationRequested)
            return ValueTask.FromCanceled(cancellationToken);
        if (_underWay == 0)
            Send();
        if (_failure is not null)
            return ValueTask.FromException(_failure);
        return QueuedBytes == 0 ? ValueTask.CompletedTask : _flushed.WaitAsync(cancellationToken);
    }

    /// <inheritdoc/>
    public override string ToString() => $"{QueuedBytes} bytes for {_stream}";

    void ILoopWork.Run()
    {
        _posted = false;
        if (_underWay == 0)
            Send();
    }

    private void Check()
    {
        _stream.Loop.VerifyAccess();
        if (_failure is not null)
            throw _failure;
        ObjectDisposedException.ThrowIf(_stream.IsClosed, _stream);
    }

    private void Reserve(int size)
    {
        Check();
        ArgumentOutOfRangeException.ThrowIfNegative(size);
        int needed = checked(_filled + Math.Max(size, 1));
        if (needed > _filling.Length)
            Array.Resize(ref _filling, Math.Max(InitialCapacity, (int)System.Numerics.BitOperations.RoundUpToPowerOf2((uint)needed)));
    }

    /// <summary>Hands over what is queued, and what is queued while that happens, until the system has to be waited for.</summary>
    private void Send()
    {
        while (_filled > 0 && _failure is null)
        {
            (_filling, _sending) = (_sending, _filling);
            (_underWay, _filled) = (_filled, 0);
            bool waits;
            try
            {
                waits = MustWait(_stream.WriteAsync(_sending.AsMemory(0, _underWay)));
            }
            catch (Exception exception) when (exception is ObjectDisposedException or InvalidOperationException)
            {
                Fail(exception);
                return;
            }

            if (waits)
                return;
            Take();
        }
    }

    private bool MustWait(ValueTask write)
    {
        _write = write.GetAwaiter();
        if (_write.IsCompleted)
            return false;
        _write.UnsafeOnCompleted(_written);
        return true;
    }

    private void Written()
    {
        Take();
        Send();
    }

    /// <summary>A write has ended.</summary>
    private void Take()
    {
        try
        {
            _write.GetResult();
        }
        catch (Exception exception)
        {
            Fail(exception);
            return;
        }

        _underWay = 0;
        if (IsPaused && QueuedBytes <= LowWater)
        {
            IsPaused = false;
            _room.Open();
        }

        if (QueuedBytes == 0)
            _flushed.Open();
    }

    private void Fail(Exception reason)
    {
        _failure ??= reason;
        _underWay = _filled = 0;
        _filling = _sending = [];
        _room.Fail(reason);
        _flushed.Fail(reason);
    }
}
