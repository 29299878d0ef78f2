using Gabbro.Platform.Native;
using Gabbro.Platform.Native.Unix;
using Gabbro.Platform.Native.Windows;

namespace Gabbro.Platform.Memory;

/// <summary>
/// A ring buffer's memory mapped twice in a row: byte <c>i</c> and byte <c>i + Capacity</c> are the same, so every stretch
/// of up to <see cref="Capacity"/> bytes of the ring is contiguous and no read or write ever wraps.
/// </summary>
/// <remarks>The memory is zero at first. Disposing unmaps it: no access may be under way.</remarks>
public sealed unsafe class MirroredBuffer : IDisposable
{
    private byte* _start;

    /// <summary>Maps a ring.</summary>
    /// <param name="capacity">Bytes, rounded up to <see cref="VirtualMemory.AllocationGranularity"/>; positive.</param>
    /// <exception cref="ArgumentOutOfRangeException">The capacity is not positive or near the address space.</exception>
    /// <exception cref="PlatformException">The system refused.</exception>
    public MirroredBuffer(nuint capacity)
    {
        nuint grain = VirtualMemory.AllocationGranularity;
        if (capacity == 0 || (ulong)capacity > long.MaxValue / 4)
            throw new ArgumentOutOfRangeException(nameof(capacity), capacity, "Must be positive and fit the address space.");
        Capacity = (capacity + grain - 1) & ~(grain - 1);
        NativeError error = Host.IsWindows
            ? WindowsMirror.Map(Capacity, out _start)
            : UnixMirror.Map(Capacity, out _start);
        error.ThrowIfError("map mirrored buffer");
    }

    /// <summary>The size of the ring in bytes; twice as many are mapped.</summary>
    public nuint Capacity { get; }

    /// <summary>The first byte.</summary>
    /// <exception cref="ObjectDisposedException">The buffer is disposed.</exception>
    public byte* Pointer
    {
        get
        {
            ObjectDisposedException.ThrowIf(_start is null, this);
            return _start;
        }
    }

    /// <summary>A contiguous stretch of the ring.</summary>
    /// <param name="position">Where it starts: any position, taken modulo the capacity.</param>
    /// <param name="length">Its length, at most the capacity.</param>
    /// <exception cref="ArgumentOutOfRangeException">The length is negative or above the capacity.</exception>
    /// <exception cref="ObjectDisposedException">The buffer is disposed.</exception>
    public Span<byte> GetSpan(ulong position, int length)
    {
        if ((nuint)(uint)length > Capacity)
            throw new ArgumentOutOfRangeException(nameof(length), length, "Longer than the ring.");
        return new Span<byte>(Pointer + (position % Capacity), length);
    }

    /// <summary>Unmaps the ring.</summary>
    public void Dispose()
    {
        byte* start = _start;
        if (start is null)
            return;
        _start = null;
        if (Host.IsWindows)
            WindowsMirror.Unmap(start, Capacity);
        else
            _ = Mman.munmap(start, Capacity * 2);
    }
}
