using Gabbro.Platform.Files;
using Gabbro.Platform.Native;
using Gabbro.Platform.Native.Unix;
using Gabbro.Platform.Native.Windows;

namespace Gabbro.Platform.Memory;

/// <summary>A range of a file in memory.</summary>
/// <remarks>
/// <para>The memory is there from creation until <see cref="Dispose"/>, and moves only in <see cref="Resize"/>. The caller
/// must have no access under way then: a pointer or span used afterwards is a fault of the process. A mapping that is
/// forgotten is never unmapped, for the same reason.</para>
/// <para>The mapping keeps no hold of the <see cref="FileHandle"/>; closing the file leaves the mapping.</para>
/// <para>Reading a page that the file no longer has, because it was truncated after mapping, is a fault the system
/// answers by killing the process. <see cref="TryGuard"/> makes such a page read as zeros and counts it;
/// <see cref="TryRead"/> copies what is left of the file without touching the mapping.</para>
/// </remarks>
public sealed unsafe partial class FileMapping : IDisposable
{
    private readonly FileMappingAccess _access;
    private readonly string? _name;
    private readonly long _offset;
    private readonly nuint _slack;
    private byte* _base;
    private nuint _length;

    private FileMapping(byte* start, nuint slack, nuint length, long offset, FileMappingAccess access, string? name)
    {
        _base = start;
        _slack = slack;
        _length = length;
        _offset = offset;
        _access = access;
        _name = name;
    }

    /// <summary>The first mapped byte.</summary>
    /// <exception cref="ObjectDisposedException">The mapping is disposed.</exception>
    public byte* Pointer
    {
        get
        {
            ObjectDisposedException.ThrowIf(_base is null, this);
            return _base + _slack;
        }
    }

    /// <summary>The number of mapped bytes.</summary>
    public nuint Length => _length;

    /// <summary>Offset in the file of the first mapped byte.</summary>
    public long Offset => _offset;

    /// <summary>How the file is mapped.</summary>
    public FileMappingAccess Access => _access;

    /// <summary>Maps a range of a file.</summary>
    /// <param name="file">The file, open for reading, and for writing too when the access is <see cref="FileMappingAccess.ReadWrite"/>.</param>
    /// <param name="offset">Where the range starts, in bytes; any value, the system's granularity is taken care of.</param>
    /// <param name="length">
    /// Bytes, positive. On Unix the range may pass the end of the file: those pages may be touched only once the file has
    /// grown. On Windows it must lie within the file.
    /// </param>
    /// <param name="access">How to map.</param>
    /// <returns>The mapping.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The offset is negative, the length zero or their sum too large, or the access undefined.</exception>
    /// <exception cref="PlatformException">The system refused.</exception>
    /// <exception cref="ObjectDisposedException">The file is closed.</exception>
    public static FileMapping Create(
        FileHandle file, long offset, nuint length, FileMappingAccess access = FileMappingAccess.Read)
    {
        ArgumentNullException.ThrowIfNull(file);
        ArgumentOutOfRangeException.ThrowIfNegative(offset);
        if (length == 0 || length > (nuint)(long.MaxValue - offset))
            throw new ArgumentOutOfRangeException(nameof(length), length, "Must be positive and end within a file.");
        if (access > FileMappingAccess.CopyOnWrite)
            throw new ArgumentOutOfRangeException(nameof(access), access, "Undefined access.");
        nuint slack = (nuint)offset & (VirtualMemory.AllocationGranularity - 1);
        Map(file, offset - (long)slack, length + slack, access, out byte* start).ThrowIfError("map", file.Name);
        return new FileMapping(start, slack, length, offset, access, file.Name);
    }

    /// <summary>A span over part of the mapping.</summary>
    /// <param name="start">Where it starts, relative to the mapping.</param>
    /// <param name="length">Its length in bytes.</param>
    /// <returns>The span; writing to it is a fault when the mapping is read-only.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The part does not lie within the mapping.</exception>
    /// <exception cref="ObjectDisposedException">The mapping is disposed.</exception>
    public Span<byte> GetSpan(nuint start, int length)
    {
        CheckPart(start, (nuint)(uint)length);
        return new Span<byte>(Pointer + start, length);
    }

    /// <summary>Writes changed pages of a part to the file.</summary>
    /// <param name="start">Where the part starts, relative to the mapping.</param>
    /// <param name="length">Its length in bytes.</param>
    /// <param name="wait">
    /// Whether to return only when the pages are on the device (msync with MS_SYNC). On Windows the data reaches the
    /// system's cache only: also call <see cref="FileHandle.Sync"/>, which is enough alone on Linux.
    /// </param>
    /// <exception cref="ArgumentOutOfRangeException">The part does not lie within the mapping.</exception>
    /// <exception cref="PlatformException">The device failed.</exception>
    /// <exception cref="ObjectDisposedException">The mapping is disposed.</exception>
    public void Flush(nuint start, nuint length, bool wait = true)
    {
        CheckPart(start, length);
        if (length == 0)
            return;
        byte* from = Pointer + start;
        nuint lead = (nuint)from & (VirtualMemory.PageSize - 1);
        NativeError error = Host.IsWindows
            ? WindowsMapping.Flush(from - lead, length + lead)
            : UnixMapping.Flush(from - lead, length + lead, wait);
        error.ThrowIfError("flush mapping", _name);
    }

    /// <summary>Tells the system how a part will be used.</summary>
    /// <param name="start">Where the part starts, relative to the mapping; rounded down to a page.</param>
    /// <param name="length">Its length in bytes, positive; rounded up to pages.</param>
    /// <param name="advice">The advice.</param>
    /// <returns>Success; <see cref="ErrorKind.NotSupported"/> where the system has no such advice; or why it failed.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The part does not lie within the mapping, or the advice is undefined.</exception>
    /// <exception cref="ObjectDisposedException">The mapping is disposed.</exception>
    public NativeError Advise(nuint start, nuint length, MemoryAdvice advice)
    {
        CheckPart(start, length);
        byte* from = Pointer + start;
        nuint mask = VirtualMemory.PageSize - 1;
        nuint lead = (nuint)from & mask;
        // Giving up pages of a file view is not decommitting them.
        return Host.IsWindows && advice is MemoryAdvice.Discard or MemoryAdvice.Free
            ? NativeError.Of(ErrorKind.NotSupported)
            : VirtualMemory.Advise(from - lead, (length + lead + mask) & ~mask, advice);
    }

    /// <summary>Starts reading a part of the file into memory.</summary>
    /// <param name="start">Where the part starts, relative to the mapping.</param>
    /// <param name="length">Its length in bytes, positive.</param>
    /// <returns>Success, or why it failed.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The part does not lie within the mapping.</exception>
    /// <exception cref="ObjectDisposedException">The mapping is disposed.</exception>
    public NativeError Prefetch(nuint start, nuint length) => Advise(start, length, MemoryAdvice.WillNeed);

    /// <summary>Maps more or less of the file, from the same offset. The memory may move.</summary>
    /// <param name="file">The file the mapping was made from.</param>
    /// <param name="length">The new length in bytes, positive.</param>
    /// <remarks>When this fails the mapping is as it was. Changes in a copy-on-write mapping are lost on macOS and Windows.</remarks>
    /// <exception cref="ArgumentOutOfRangeException">The length is zero or too large.</exception>
    /// <exception cref="PlatformException">The system refused.</exception>
    /// <exception cref="ObjectDisposedException">The mapping is disposed, or the file closed.</exception>
    public void Resize(FileHandle file, nuint length)
    {
        ArgumentNullException.ThrowIfNull(file);
        ObjectDisposedException.ThrowIf(_base is null, this);
        if (length == 0 || length > (nuint)(long.MaxValue - _offset))
            throw new ArgumentOutOfRangeException(nameof(length), length, "Must be positive and end within a file.");
        bool guarded = _guard >= 0;
        byte* moved;
        // A page the guard has put in place splits the mapping, which then cannot be moved as one.
        if (Host.IsLinux && FaultCount == 0)
        {
            UnixMapping.Remap(_base, _length + _slack, length + _slack, out moved).ThrowIfError("remap", _name);
            Unguard();
        }
        else
        {
            Map(file, _offset - (long)_slack, length + _slack, _access, out moved).ThrowIfError("remap", _name);
            Unguard();
            Unmap(_base, _length + _slack);
        }
        _base = moved;
        _length = length;
        if (guarded)
            TryGuard().ThrowIfError("guard mapping", _name);
    }

    /// <summary>Unmaps. No access may be under way. Changes to a shared mapping reach the file in any case.</summary>
    public void Dispose()
    {
        byte* start = _base;
        if (start is null)
            return;
        Unguard();
        _base = null;
        Unmap(start, _length + _slack);
    }

    private static NativeError Map(
        FileHandle file, long offset, nuint length, FileMappingAccess access, out byte* start)
    {
        using HandleLease lease = file.Lease();
        return Host.IsWindows
            ? WindowsMapping.Map(lease.Value, offset, length, access, out start)
            : UnixMapping.Map(lease.Descriptor, offset, length, access, out start);
    }

    private static void Unmap(byte* start, nuint length)
    {
        if (Host.IsWindows)
            _ = Kernel32.UnmapViewOfFile(start);
        else
            _ = Mman.munmap(start, length);
    }

    private void CheckPart(nuint start, nuint length)
    {
        ObjectDisposedException.ThrowIf(_base is null, this);
        if (start > _length || length > _length - start)
            throw new ArgumentOutOfRangeException(nameof(length), $"{start}+{length} is not within {_length} bytes.");
    }
}
