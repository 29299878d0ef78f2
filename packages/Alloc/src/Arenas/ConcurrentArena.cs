using System.Diagnostics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Gabbro.Alloc;

/// <summary>
/// Bump allocation for several threads at once, as a memtable's skip list wants it: an allocation is one atomic addition,
/// and everything is freed together by <see cref="Dispose"/> or <see cref="Reset"/>. Memory never moves.
/// </summary>
/// <remarks>
/// <see cref="Alloc"/> may be called from any number of threads at once and is lock-free while the chunk has room; a new
/// chunk is taken under a lock. <see cref="Reset"/> and <see cref="Dispose"/> need the arena for themselves: no other
/// thread may allocate from it, or read memory of it, meanwhile or after.
/// </remarks>
[DebuggerDisplay("{AllocatedBytes} of {ReservedBytes} bytes")]
public sealed unsafe class ConcurrentArena : IDisposable
{
    /// <summary>The alignment of an allocation that asks for none, in bytes.</summary>
    public const int DefaultAlignment = 8;

    /// <summary>The largest alignment the arena serves, in bytes.</summary>
    public const int LargestAlignment = 4096;

    /// <summary>
    /// One chunk in use. Threads add to <see cref="Used"/>; whoever passes <see cref="Capacity"/> has lost the race for
    /// the chunk's end and asks for a new one. An over-run is harmless: Used only says that the chunk is full.
    /// </summary>
    private sealed class Cursor(byte* start, long capacity)
    {
        internal readonly byte* Start = start;
        internal readonly long Capacity = capacity;
        internal long Used;
    }

    private readonly Lock _growing = new();
    private readonly nuint _firstChunkBytes;
    private readonly nuint _largestChunkBytes;
    private nuint _nextChunkBytes;
    private Cursor? _cursor;
    private ArenaChunk* _newest;
    private long _reserved;
    private long _allocatedBefore;
    private bool _disposed;

    /// <summary>An arena with default options. Takes no memory until the first allocation.</summary>
    public ConcurrentArena()
        : this(new ArenaOptions())
    {
    }

    /// <summary>An arena with the given options. Takes no memory until the first allocation.</summary>
    /// <param name="options">Chunk sizes.</param>
    /// <exception cref="ArgumentNullException"><paramref name="options"/> is null.</exception>
    /// <exception cref="ArgumentOutOfRangeException">An option is out of its range.</exception>
    public ConcurrentArena(ArenaOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        options.Validate();
        _firstChunkBytes = (options.FirstChunkBytes + 4095) & ~(nuint)4095;
        _largestChunkBytes = (options.LargestChunkBytes + 4095) & ~(nuint)4095;
        _nextChunkBytes = _firstChunkBytes;
    }

    /// <summary>Frees the chunks of an arena that was never disposed.</summary>
    ~ConcurrentArena() => FreeChunks();

    /// <summary>Bytes handed out, with padding and with chunk ends that no request fitted. O(1).</summary>
    public long AllocatedBytes
    {
        get
        {
            lock (_growing)
            {
                Cursor? cursor = _cursor;
                return _allocatedBefore + (cursor is null ? 0 : Math.Min(Volatile.Read(ref cursor.Used), cursor.Capacity));
            }
        }
    }

    /// <summary>Bytes of all chunks the arena holds. O(1).</summary>
    public long ReservedBytes => Volatile.Read(ref _reserved);

    /// <summary>Allocates bytes on an 8-byte boundary. Not cleared. Lock-free while the chunk has room.</summary>
    /// <param name="byteCount">Bytes wanted.</param>
    /// <returns>The memory, valid until <see cref="Reset"/> or <see cref="Dispose"/>.</returns>
    /// <exception cref="OutOfMemoryException">The size overflows or the system has no more memory.</exception>
    /// <exception cref="ObjectDisposedException">The arena is disposed.</exception>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public byte* Alloc(nuint byteCount)
    {
        Cursor? cursor = Volatile.Read(ref _cursor);
        if (cursor is not null && byteCount <= (nuint)cursor.Capacity)
        {
            long rounded = (long)((byteCount + (DefaultAlignment - 1)) & ~(nuint)(DefaultAlignment - 1));
            // Looking first keeps a request that cannot fit from marking the chunk full for smaller ones.
            if (Volatile.Read(ref cursor.Used) + rounded <= cursor.Capacity)
            {
                long end = Interlocked.Add(ref cursor.Used, rounded);
                if (end <= cursor.Capacity) return cursor.Start + (end - rounded);
            }
        }
        return AllocSlow(byteCount, cursor);
    }

    /// <summary>Allocates bytes on a boundary of <paramref name="alignment"/> bytes. Not cleared.</summary>
    /// <param name="byteCount">Bytes wanted.</param>
    /// <param name="alignment">A power of two from 1 to <see cref="LargestAlignment"/>; less than 8 means 8.</param>
    /// <returns>The memory, valid until <see cref="Reset"/> or <see cref="Dispose"/>.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The alignment is no power of two or too large.</exception>
    /// <exception cref="OutOfMemoryException">The size overflows or the system has no more memory.</exception>
    /// <exception cref="ObjectDisposedException">The arena is disposed.</exception>
    public byte* AlignedAlloc(nuint byteCount, nuint alignment)
    {
        if (!nuint.IsPow2(alignment) || alignment > LargestAlignment)
            throw new ArgumentOutOfRangeException(nameof(alignment), alignment, $"The alignment must be a power of two from 1 to {LargestAlignment}.");
        if (alignment <= DefaultAlignment) return Alloc(byteCount);
        // Where the addition will land is not known beforehand, so the padding is asked for with the bytes.
        nuint padded = byteCount + alignment - DefaultAlignment;
        if (padded < byteCount) throw TooLarge(byteCount);
        return (byte*)(((nuint)Alloc(padded) + alignment - 1) & ~(alignment - 1));
    }

    /// <summary>
    /// Frees everything, keeping the newest chunk for later. No other thread may use the arena meanwhile.
    /// </summary>
    /// <exception cref="ObjectDisposedException">The arena is disposed.</exception>
    public void Reset()
    {
        lock (_growing)
        {
            ObjectDisposedException.ThrowIf(_disposed, this);
            if (_newest == null) return;
            ArenaChunk* chunk = _newest->Next;
            _newest->Next = null;
            while (chunk != null)
            {
                ArenaChunk* next = chunk->Next;
                ArenaChunk.Free(chunk);
                chunk = next;
            }
            _reserved = (long)_newest->Bytes;
            _allocatedBefore = 0;
            Volatile.Write(ref _cursor, CursorOver(_newest, 0));
        }
    }

    /// <summary>Frees all memory. Doing it twice is fine. No other thread may use the arena meanwhile.</summary>
    public void Dispose()
    {
        lock (_growing)
        {
            if (_disposed) return;
            _disposed = true;
            Volatile.Write(ref _cursor, null);
            FreeChunks();
            _reserved = _allocatedBefore = 0;
        }
        GC.SuppressFinalize(this);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private byte* AllocSlow(nuint byteCount, Cursor? seen)
    {
        if (byteCount > nuint.MaxValue / 4) throw TooLarge(byteCount);
        nuint rounded = (byteCount + (DefaultAlignment - 1)) & ~(nuint)(DefaultAlignment - 1);
        while (true)
        {
            lock (_growing)
            {
                ObjectDisposedException.ThrowIf(_disposed, this);
                if (ReferenceEquals(_cursor, seen)) return GrowUnsynchronized(rounded);
            }
            // Another thread has put a new chunk in place meanwhile: try that before taking one more.
            seen = Volatile.Read(ref _cursor);
            if (seen is null || Volatile.Read(ref seen.Used) + (long)rounded > seen.Capacity) continue;
            long end = Interlocked.Add(ref seen.Used, (long)rounded);
            if (end <= seen.Capacity) return seen.Start + (end - (long)rounded);
        }
    }

    private byte* GrowUnsynchronized(nuint rounded)
    {
        nuint room = _nextChunkBytes - ArenaChunk.HeaderBytes;
        // A request of more than a quarter of a chunk gets a chunk of its own, and the present one stays in use: large
        // values must not throw away the ends of chunks.
        if (rounded > room / 4 && _cursor is not null)
        {
            ArenaChunk* own = TakeChunkUnsynchronized(rounded + ArenaChunk.HeaderBytes);
            own->Next = _newest->Next;
            _newest->Next = own;
            _allocatedBefore += (long)rounded;
            return ArenaChunk.Start(own);
        }
        ArenaChunk* chunk = TakeChunkUnsynchronized(nuint.Max(_nextChunkBytes, rounded + ArenaChunk.HeaderBytes));
        if (_nextChunkBytes < _largestChunkBytes) _nextChunkBytes = nuint.Min(_nextChunkBytes * 2, _largestChunkBytes);
        chunk->Next = _newest;
        _newest = chunk;
        if (_cursor is { } old) _allocatedBefore += Math.Min(Volatile.Read(ref old.Used), old.Capacity);
        Volatile.Write(ref _cursor, CursorOver(chunk, (long)rounded));
        return ArenaChunk.Start(chunk);
    }

    private ArenaChunk* TakeChunkUnsynchronized(nuint bytes)
    {
        ArenaChunk* chunk = ArenaChunk.Allocate((bytes + 4095) & ~(nuint)4095);
        Volatile.Write(ref _reserved, _reserved + (long)chunk->Bytes);
        return chunk;
    }

    private static Cursor CursorOver(ArenaChunk* chunk, long used) =>
        new(ArenaChunk.Start(chunk), (long)chunk->Bytes - ArenaChunk.HeaderBytes) { Used = used };

    private void FreeChunks()
    {
        ArenaChunk* chunk = _newest;
        _newest = null;
        while (chunk != null)
        {
            ArenaChunk* next = chunk->Next;
            ArenaChunk.Free(chunk);
            chunk = next;
        }
    }

    private static OutOfMemoryException TooLarge(nuint byteCount) => new($"An arena cannot allocate {byteCount} bytes.");
}
