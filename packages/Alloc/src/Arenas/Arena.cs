using System.Diagnostics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Gabbro.Alloc;

/// <summary>
/// Bump allocation: an allocation moves a pointer, and everything is freed at once by <see cref="Reset()"/>, by
/// <see cref="Reset(ArenaMark)"/>, by a scope, or by <see cref="Dispose"/>. Memory lives off the GC heap and never moves.
/// </summary>
/// <remarks>
/// Not thread safe: one thread at a time. Use <see cref="ConcurrentArena"/> when several threads allocate. Chunks are
/// kept over a reset and used again, so an arena that is reset once a request allocates nothing from the system after
/// the first few. After Hanson, "Fast allocation and deallocation of memory based on object lifetimes" (1990).
/// </remarks>
[DebuggerDisplay("{AllocatedBytes} of {ReservedBytes} bytes")]
public sealed unsafe class Arena : IDisposable
{
    /// <summary>The alignment of an allocation that asks for none, in bytes.</summary>
    public const int DefaultAlignment = 16;

    /// <summary>The largest alignment an arena serves, in bytes.</summary>
    public const int LargestAlignment = 4096;

    private const byte Poison = 0xDB;

    // Invariant while not disposed and something was allocated:
    //   Start(_current) <= _position <= _end == End(_current), and [_position, _end) is free.
    // Disposed or fresh: all three null, so the fast path's comparison fails and the slow path decides which it is.
    private byte* _position;
    private byte* _end;
    private ArenaChunk* _current;
    private ArenaChunk* _first;
    private nuint _nextChunkBytes;
    private readonly nuint _largestChunkBytes;
    private nuint _reserved;
    private nuint _allocatedBefore;
    private uint _generation;
    private uint _trims;
    private readonly bool _poison;
    private bool _disposed;

    /// <summary>An arena with default options. Takes no memory until the first allocation.</summary>
    public Arena()
        : this(new ArenaOptions())
    {
    }

    /// <summary>An arena with the given options. Takes no memory until the first allocation.</summary>
    /// <param name="options">Chunk sizes and checks.</param>
    /// <exception cref="ArgumentNullException"><paramref name="options"/> is null.</exception>
    /// <exception cref="ArgumentOutOfRangeException">An option is out of its range.</exception>
    public Arena(ArenaOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        options.Validate();
        _nextChunkBytes = RoundUp(options.FirstChunkBytes, 4096);
        _largestChunkBytes = RoundUp(options.LargestChunkBytes, 4096);
        _poison = options.PoisonOnReset;
    }

    /// <summary>Frees the chunks of an arena that was never disposed.</summary>
    ~Arena() => FreeChunks(_first);

    /// <summary>Bytes handed out since the last full reset, with the padding that alignment cost. O(1).</summary>
    public long AllocatedBytes => (long)Allocated;

    /// <summary>Bytes of all chunks the arena holds, used or not. O(1).</summary>
    public long ReservedBytes => (long)_reserved;

    internal bool IsDisposed => _disposed;

    private nuint Allocated => _current == null ? 0 : _allocatedBefore + (nuint)(_position - ArenaChunk.Start(_current));

    /// <summary>
    /// Allocates <paramref name="byteCount"/> bytes on a 16-byte boundary. The bytes are not cleared. Zero bytes give a
    /// valid pointer that may equal the next allocation's. O(1); allocates no managed memory.
    /// </summary>
    /// <param name="byteCount">Bytes wanted; any size that the system can give.</param>
    /// <returns>The memory, valid until the next reset past it.</returns>
    /// <exception cref="OutOfMemoryException">The size overflows or the system has no more memory.</exception>
    /// <exception cref="ObjectDisposedException">The arena is disposed.</exception>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void* Alloc(nuint byteCount)
    {
        // Positions stay on 16-byte boundaries because every size is rounded up; only AlignedAlloc pads. A size within
        // 15 of the largest nuint wraps to zero or a little more, which the last comparison catches.
        byte* result = _position;
        nuint rounded = (byteCount + (DefaultAlignment - 1)) & ~(nuint)(DefaultAlignment - 1);
        if (rounded > (nuint)(_end - result) || rounded < byteCount || result == null) return AllocSlow(byteCount, DefaultAlignment);
        _position = result + rounded;
        return result;
    }

    /// <summary>Allocates bytes on a boundary of <paramref name="alignment"/> bytes. Not cleared. O(1).</summary>
    /// <param name="byteCount">Bytes wanted.</param>
    /// <param name="alignment">A power of two from 1 to <see cref="LargestAlignment"/>; less than 16 means 16.</param>
    /// <returns>The memory, valid until the next reset past it.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The alignment is no power of two or too large.</exception>
    /// <exception cref="OutOfMemoryException">The size overflows or the system has no more memory.</exception>
    /// <exception cref="ObjectDisposedException">The arena is disposed.</exception>
    public void* AlignedAlloc(nuint byteCount, nuint alignment)
    {
        if (!nuint.IsPow2(alignment) || alignment > LargestAlignment) ThrowAlignment(alignment);
        if (alignment <= DefaultAlignment) return Alloc(byteCount);
        if (_position != null)
        {
            byte* aligned = (byte*)RoundUp((nuint)_position, alignment);
            nuint rounded = RoundUp(byteCount, DefaultAlignment);
            if (aligned <= _end && rounded <= (nuint)(_end - aligned) && rounded >= byteCount)
            {
                _position = aligned + rounded;
                return aligned;
            }
        }
        return AllocSlow(byteCount, alignment);
    }

    /// <summary>Allocates cleared bytes on a 16-byte boundary. O(<paramref name="byteCount"/>).</summary>
    /// <param name="byteCount">Bytes wanted.</param>
    /// <returns>The memory, all zero.</returns>
    /// <exception cref="OutOfMemoryException">The size overflows or the system has no more memory.</exception>
    /// <exception cref="ObjectDisposedException">The arena is disposed.</exception>
    public void* AllocZeroed(nuint byteCount)
    {
        void* result = Alloc(byteCount);
        NativeMemory.Clear(result, byteCount);
        return result;
    }

    /// <summary>Allocates room for one cleared <typeparamref name="T"/> by reference. O(1).</summary>
    /// <typeparam name="T">An unmanaged type.</typeparam>
    /// <returns>A reference, valid until the next reset past it.</returns>
    /// <exception cref="OutOfMemoryException">The system has no more memory.</exception>
    /// <exception cref="ObjectDisposedException">The arena is disposed.</exception>
    public ref T Alloc<T>()
        where T : unmanaged
    {
        T* result = (T*)Alloc((nuint)sizeof(T));
        *result = default;
        return ref *result;
    }

    /// <summary>Allocates a span of <paramref name="count"/> elements. Not cleared. O(1).</summary>
    /// <typeparam name="T">An unmanaged type.</typeparam>
    /// <param name="count">Elements wanted; not negative.</param>
    /// <returns>The span, valid until the next reset past it.</returns>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="count"/> is negative.</exception>
    /// <exception cref="OutOfMemoryException">The system has no more memory.</exception>
    /// <exception cref="ObjectDisposedException">The arena is disposed.</exception>
    public Span<T> AllocSpan<T>(int count)
        where T : unmanaged
    {
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        return new Span<T>(Alloc((nuint)count * (nuint)sizeof(T)), count);
    }

    /// <summary>Copies elements into the arena. O(length).</summary>
    /// <typeparam name="T">An unmanaged type.</typeparam>
    /// <param name="source">What to copy.</param>
    /// <returns>The copy, valid until the next reset past it.</returns>
    /// <exception cref="OutOfMemoryException">The system has no more memory.</exception>
    /// <exception cref="ObjectDisposedException">The arena is disposed.</exception>
    public Span<T> Copy<T>(ReadOnlySpan<T> source)
        where T : unmanaged
    {
        Span<T> copy = AllocSpan<T>(source.Length);
        source.CopyTo(copy);
        return copy;
    }

    /// <summary>The present position, to be given to <see cref="Reset(ArenaMark)"/>. O(1).</summary>
    /// <returns>The mark.</returns>
    /// <exception cref="ObjectDisposedException">The arena is disposed.</exception>
    public ArenaMark Mark()
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        return new ArenaMark(this, _current, _position, Allocated, _generation, _trims);
    }

    /// <summary>Begins a scope that frees, when disposed, all that was allocated inside it. O(1).</summary>
    /// <returns>The scope, for a <c>using</c> statement.</returns>
    /// <exception cref="ObjectDisposedException">The arena is disposed.</exception>
    public ArenaScope BeginScope() => new(this);

    /// <summary>Frees everything allocated since the mark was taken, and keeps the chunks for later. O(1).</summary>
    /// <param name="mark">A mark of this arena that no reset to an older position has passed.</param>
    /// <exception cref="ArgumentException">The mark is of another arena.</exception>
    /// <exception cref="InvalidOperationException">A reset to an older position has passed the mark.</exception>
    /// <exception cref="ObjectDisposedException">The arena is disposed.</exception>
    public void Reset(ArenaMark mark)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        if (!ReferenceEquals(mark.Owner, this)) throw new ArgumentException("The mark was taken from another arena.", nameof(mark));
        if (mark.Generation != _generation || mark.Allocated > Allocated || (mark.Trims != _trims && !Holds(mark.Chunk)))
            throw new InvalidOperationException("The arena was reset past this mark; marks and scopes must end in reverse order.");
        if (mark.Chunk == null)
        {
            // The mark precedes the first allocation. The generation stays: older marks of the same place stay valid.
            Rewind();
            return;
        }
        if (_poison) PoisonFrom(mark.Chunk, mark.Position);
        _current = mark.Chunk;
        _position = mark.Position;
        _end = ArenaChunk.End(mark.Chunk);
        _allocatedBefore = mark.Allocated - (nuint)(mark.Position - ArenaChunk.Start(mark.Chunk));
    }

    /// <summary>
    /// Frees everything, and keeps the chunks for later allocations. Every mark and open scope becomes invalid. O(1),
    /// or O(used bytes) with <see cref="ArenaOptions.PoisonOnReset"/>.
    /// </summary>
    /// <exception cref="ObjectDisposedException">The arena is disposed.</exception>
    public void Reset()
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        _generation++;
        Rewind();
    }

    /// <summary>Gives chunks that hold nothing back to the system. O(chunks given back).</summary>
    /// <exception cref="ObjectDisposedException">The arena is disposed.</exception>
    public void Trim()
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        if (_current == null || AllocatedBytes == 0)
        {
            FreeChunks(_first);
            _first = _current = null;
            _position = _end = null;
            _allocatedBefore = _reserved = 0;
            // Marks of the empty arena name a chunk that no longer exists.
            _generation++;
            return;
        }
        for (ArenaChunk* chunk = _current->Next; chunk != null; chunk = chunk->Next) _reserved -= chunk->Bytes;
        FreeChunks(_current->Next);
        _current->Next = null;
        _trims++;
    }

    /// <summary>Frees all memory. Doing it twice is fine.</summary>
    public void Dispose()
    {
        if (_disposed) return;
        _disposed = true;
        FreeChunks(_first);
        _first = _current = null;
        _position = _end = null;
        _reserved = _allocatedBefore = 0;
        GC.SuppressFinalize(this);
    }

    // A mark that was reset past and then trimmed away names a chunk that is gone; only marks older than the last trim
    // pay for the walk that finds out.
    private bool Holds(ArenaChunk* wanted)
    {
        if (wanted == null) return true;
        for (ArenaChunk* chunk = _first; chunk != null; chunk = chunk->Next)
        {
            if (chunk == wanted) return true;
        }
        return false;
    }

    private void Rewind()
    {
        if (_first == null) return;
        if (_poison) PoisonFrom(_first, ArenaChunk.Start(_first));
        _current = _first;
        _position = ArenaChunk.Start(_first);
        _end = ArenaChunk.End(_first);
        _allocatedBefore = 0;
    }

    private void PoisonFrom(ArenaChunk* chunk, byte* from)
    {
        while (true)
        {
            byte* to = chunk == _current ? _position : ArenaChunk.End(chunk);
            NativeMemory.Fill(from, (nuint)(to - from), Poison);
            if (chunk == _current) return;
            chunk = chunk->Next;
            from = ArenaChunk.Start(chunk);
        }
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private void* AllocSlow(nuint byteCount, nuint alignment)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        nuint needed = byteCount + alignment + ArenaChunk.HeaderBytes;
        if (needed < byteCount || needed > nuint.MaxValue / 2) throw new OutOfMemoryException($"An arena cannot allocate {byteCount} bytes.");

        // After a reset there are chunks behind the current one. The next is used if the request fits; a larger
        // request goes into a chunk of its own between the two, so that the retained ones stay in use.
        ArenaChunk* next = _current == null ? _first : _current->Next;
        if (next == null || next->Bytes < needed)
        {
            nuint bytes = _nextChunkBytes;
            if (bytes < needed) bytes = RoundUp(needed, 4096);
            else if (_nextChunkBytes < _largestChunkBytes) _nextChunkBytes = nuint.Min(_nextChunkBytes * 2, _largestChunkBytes);
            ArenaChunk* chunk = ArenaChunk.Allocate(bytes);
            _reserved += bytes;
            chunk->Next = next;
            if (_current == null) _first = chunk;
            else _current->Next = chunk;
            next = chunk;
        }
        if (_current != null) _allocatedBefore += (nuint)(_position - ArenaChunk.Start(_current));
        _current = next;
        byte* result = (byte*)RoundUp((nuint)ArenaChunk.Start(next), alignment);
        _position = result + RoundUp(byteCount, DefaultAlignment);
        _end = ArenaChunk.End(next);
        return result;
    }

    private static void FreeChunks(ArenaChunk* chunk)
    {
        while (chunk != null)
        {
            ArenaChunk* next = chunk->Next;
            ArenaChunk.Free(chunk);
            chunk = next;
        }
    }

    private static nuint RoundUp(nuint value, nuint multiple) => (value + multiple - 1) & ~(multiple - 1);

    private static void ThrowAlignment(nuint alignment) => throw new ArgumentOutOfRangeException(
        nameof(alignment), alignment, $"The alignment must be a power of two from 1 to {LargestAlignment}.");
}
