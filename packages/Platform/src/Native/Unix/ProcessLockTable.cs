using Gabbro.Platform.Files;
using Gabbro.Platform.Locks;

namespace Gabbro.Platform.Native.Unix;

/// <summary>
/// The locks this process holds by record locks, which by themselves do not exclude its own descriptors. Lock the table
/// itself around its members and the system calls that go with them.
/// </summary>
internal sealed class ProcessLockTable
{
    private readonly List<Entry> _entries = [];

    internal static ProcessLockTable Shared { get; } = new();

    /// <summary>A lock of another descriptor of this process that is in the way.</summary>
    internal bool TryFindUnsynchronized(
        in FileStatus file, int fd, ByteRange range, LockMode mode, out LockConflict conflict)
    {
        foreach (Entry entry in _entries)
        {
            if (entry.Descriptor != fd && entry.IsOf(file) && entry.Range.Overlaps(range)
                && (mode == LockMode.Exclusive || entry.Mode == LockMode.Exclusive))
            {
                conflict = new LockConflict(entry.Mode, entry.Range, Environment.ProcessId);
                return true;
            }
        }
        conflict = default;
        return false;
    }

    /// <summary>Adds a lock in place of what the descriptor held of the range.</summary>
    internal void AddUnsynchronized(in FileStatus file, int fd, ByteRange range, LockMode mode)
    {
        RemoveUnsynchronized(file, fd, range);
        _entries.Add(new Entry(file.Device, file.FileId, fd, range, mode));
    }

    /// <summary>Removes what a descriptor holds of a range, leaving the ends of locks that reach beyond it.</summary>
    internal void RemoveUnsynchronized(in FileStatus file, int fd, ByteRange range)
    {
        for (int i = _entries.Count - 1; i >= 0; i--)
        {
            Entry entry = _entries[i];
            if (entry.Descriptor != fd || !entry.IsOf(file) || !entry.Range.Overlaps(range))
                continue;
            _entries.RemoveAt(i);
            if (entry.Range.Offset < range.Offset)
                _entries.Add(entry with { Range = new(entry.Range.Offset, range.Offset - entry.Range.Offset) });
            if (entry.Range.End > range.End)
                _entries.Add(entry with { Range = new(range.End, entry.Range.End - range.End) });
        }
    }

    /// <summary>The parts of a range that some descriptor of this process holds shared.</summary>
    internal List<ByteRange> SharedWithinUnsynchronized(in FileStatus file, ByteRange range)
    {
        List<ByteRange> parts = [];
        foreach (Entry entry in _entries)
        {
            if (entry.IsOf(file) && entry.Range.Overlaps(range))
            {
                long start = Math.Max(entry.Range.Offset, range.Offset);
                parts.Add(new ByteRange(start, Math.Min(entry.Range.End, range.End) - start));
            }
        }
        return parts;
    }

    private readonly record struct Entry(ulong Device, UInt128 FileId, int Descriptor, ByteRange Range, LockMode Mode)
    {
        internal bool IsOf(in FileStatus file) => Device == file.Device && FileId == file.FileId;
    }
}
