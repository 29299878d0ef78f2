using System.Runtime.CompilerServices;
using Gabbro.Storage.FileSystem;

namespace Gabbro.Storage.Lsm.Logs;

/// <summary>
/// Appends records to a log by storing into shared mappings of preallocated file space: no system call on the way, and
/// what was stored outlives the process. One thread appends at a time; <see cref="Sync"/> may run beside it.
/// </summary>
internal sealed unsafe class LogWriter : IDisposable
{
    private const int PageSize = 4096;
    private const int SmallestWindow = 64 * 1024;
    private const int MaxSyncedWindow = 256 * 1024;
    private static readonly byte[] s_zeros = new byte[SmallestWindow];

    private readonly IStorageFile _file;
    private readonly ProgressFile _progressFile;
    private readonly ProgressEntry _progress;
    private readonly int _maxWindow;
    private readonly Lock _windowLock = new();
    private readonly Lock _syncLock = new();
    private IStorageMapping _window;
    private long _windowStart;
    private IStorageMapping? _next;
    private long _position = LogFormat.FileHeader;
    private long _synced;
    private bool _disposed;

    private LogWriter(IStorageFile file, ulong number, ulong uniqueId, ProgressFile progress, int maxWindow)
    {
        _file = file;
        Number = number;
        UniqueId = uniqueId;
        _progressFile = progress;
        _maxWindow = Math.Max(maxWindow, SmallestWindow);
        _window = MapWindow(0, SmallestWindow);
        _progress = progress.Register(number, LogFormat.FileHeader);
        _synced = LogFormat.FileHeader;
    }

    public ulong Number { get; }

    public ulong UniqueId { get; }

    public string Path => _file.Path;

    /// <summary>Bytes up to the end of the last whole record.</summary>
    public long Written => Volatile.Read(ref _position);

    /// <summary>Bytes known to be durable.</summary>
    public long Synced => Volatile.Read(ref _synced);

    /// <summary>Creates the file, durable with its header and its name.</summary>
    public static LogWriter Create(
        IStorageFileSystem system, string path, LogKind kind, ulong number, ProgressFile progress, int maxWindow)
    {
        var uniqueId = UniqueIds.Next();
        // A file of this number is the rest of a crash before anything named it.
        if (system.FileExists(path))
            system.Delete(path);
        var file = system.Open(path, StorageFileMode.CreateNew);
        try
        {
            Span<byte> header = stackalloc byte[LogFormat.FileHeader];
            LogFormat.WriteFileHeader(header, kind, number, uniqueId);
            file.Preallocate(SmallestWindow);
            WriteZeros(file, 0, SmallestWindow);
            file.Write(0, header);
            file.Sync();
            system.SyncDirectory(System.IO.Path.GetDirectoryName(path)!);
            return new LogWriter(file, number, uniqueId, progress, maxWindow);
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    /// <summary>
    /// Prepares room for a record of <paramref name="length"/> bytes. All that can fail happens here, before a byte of the
    /// record is stored.
    /// </summary>
    public void Reserve(long length)
    {
        var left = _windowStart + _window.Length - _position;
        if (LargestRecord(left) >= length)
            return;
        // What is left of this window takes a first fragment; the next window must take the rest whatever that is.
        var fragments = (length / LogFormat.MaxFragment) + 3;
        var needed = length + (fragments * (LogFormat.RecordHeader + LogFormat.Alignment));
        lock (_windowLock)
        {
            if (_next is not null && _next.Length >= needed)
                return;
            _next?.Dispose();
            _next = null;
            _next = MapNextWindow(needed);
        }
    }

    /// <summary>Maps the next window ahead of need, away from the writers' path.</summary>
    public void PrepareAhead()
    {
        lock (_windowLock)
        {
            if (_disposed || _next is not null || _position - _windowStart <= _window.Length / 2)
                return;
            _next = MapNextWindow(0);
            // The pages are made here instead of one by one under the writer; not where a sync would write them all.
            if (Synced <= LogFormat.FileHeader)
                _next.Prefault();
        }
    }

    /// <summary>Whether <see cref="PrepareAhead"/> would do something.</summary>
    public bool WantsPreparation => _next is null && _position - _windowStart > _window.Length / 2;

    /// <summary>Appends one record; <see cref="Reserve"/> was called for its length.</summary>
    /// <returns>The position after it, to be synced to.</returns>
    public long Append(ReadOnlySpan<byte> payload)
    {
        var position = _position;
        fixed (byte* source = payload)
        {
            long done = 0;
            var first = true;
            do
            {
                var room = _windowStart + _window.Length - position;
                var rest = payload.Length - done;
                if (room < LogFormat.RecordHeader + LogFormat.Alignment && LargestRecord(room) < rest)
                {
                    position = FillRest(position, room);
                    continue;
                }

                var size = (int)Math.Min(Math.Min(rest, room - LogFormat.RecordHeader), LogFormat.MaxFragment);
                var last = size == rest;
                var type = (first, last) switch
                {
                    (true, true) => LogRecordType.Full,
                    (true, false) => LogRecordType.First,
                    (false, false) => LogRecordType.Middle,
                    _ => LogRecordType.Last,
                };
                var target = _window.Address + (position - _windowStart);
                Unsafe.CopyBlockUnaligned(target + LogFormat.RecordHeader, source + done, (uint)size);
                LogFormat.SealFragment(target, type, size, UniqueId, position, _synced);
                position += Math.Min(LogFormat.Align(LogFormat.RecordHeader + size), room);
                done += size;
                first = false;
                if (position == _windowStart + _window.Length && !last)
                    AdvanceWindow();
            }
            while (done < payload.Length || first);
        }

        Publish(position);
        return position;
    }

    /// <summary>Marks the log as complete: the next one goes on. Fails before any effect if there is no room.</summary>
    public void Finish()
    {
        Reserve(0);
        var room = _windowStart + _window.Length - _position;
        var position = _position;
        if (room < LogFormat.RecordHeader)
            position = FillRest(position, room);
        var target = _window.Address + (position - _windowStart);
        LogFormat.SealFragment(target, LogRecordType.End, 0, UniqueId, position, _synced);
        Publish(position + LogFormat.Align(LogFormat.RecordHeader));
    }

    /// <summary>Makes all that was appended before the call durable.</summary>
    public void Sync()
    {
        var target = Written;
        if (Volatile.Read(ref _synced) >= target)
            return;
        lock (_syncLock)
        {
            target = Written;
            if (_synced >= target)
                return;
            _file.SyncData();
            Volatile.Write(ref _synced, target);
            _progress.SetSynced(target);
        }
    }

    /// <summary>Gives back the space preallocated beyond the last record.</summary>
    public void Trim()
    {
        lock (_windowLock)
        {
            _next?.Dispose();
            _next = null;
            if (_file.Length > Written)
                _file.SetLength(Written);
        }
    }

    /// <summary>Forgets the log's progress; its file is about to be deleted.</summary>
    public void Forget() => _progressFile.Release(Number);

    public void Dispose()
    {
        lock (_windowLock)
        {
            if (_disposed)
                return;
            _disposed = true;
            _window.Dispose();
            _next?.Dispose();
            _file.Dispose();
        }
    }

    private static long LargestRecord(long room) =>
        room < LogFormat.RecordHeader ? -1 : Math.Min(room - LogFormat.RecordHeader, LogFormat.MaxFragment);

    // The order of these two is what a killed process leaves behind: first the record, then the word that requires it.
    private void Publish(long position)
    {
        Volatile.Write(ref _position, position);
        _progress.SetWritten(position);
    }

    // A gap smaller than a record header is left zero; a reader meets the same arithmetic. A larger one gets a pad record.
    private long FillRest(long position, long room)
    {
        if (room >= LogFormat.RecordHeader)
        {
            var target = _window.Address + (position - _windowStart);
            LogFormat.SealFragment(target, LogRecordType.Pad, (int)room - LogFormat.RecordHeader, UniqueId, position, _synced);
        }

        AdvanceWindow();
        return position + room;
    }

    private void AdvanceWindow()
    {
        lock (_windowLock)
        {
            var start = _windowStart + _window.Length;
            var next = _next ?? MapNextWindow(0);
            _next = null;
            _window.Dispose();
            _window = next;
            _windowStart = start;
        }
    }

    private IStorageMapping MapNextWindow(long atLeast)
    {
        var start = _windowStart + _window.Length;
        var isSynced = Synced > LogFormat.FileHeader;
        var size = Math.Min(2 * _window.Length, isSynced ? Math.Min(_maxWindow, MaxSyncedWindow) : _maxWindow);
        size = (Math.Max(size, atLeast) + PageSize - 1) & -PageSize;
        // A sync of blocks that are only reserved must also commit that they are written now; of blocks that hold zeros it
        // need not. The zeros go to the disk with the next sync, so a window is small then.
        if (isSynced)
            WriteZeros(_file, start, size);
        return MapWindow(start, size);
    }

    private IStorageMapping MapWindow(long start, long size)
    {
        _file.Preallocate(start + size);
        return _file.Map(start, size, writable: true);
    }

    private static void WriteZeros(IStorageFile file, long start, long size)
    {
        for (long done = 0; done < size; done += s_zeros.Length)
            file.Write(start + done, s_zeros.AsSpan(0, (int)Math.Min(s_zeros.Length, size - done)));
    }
}
