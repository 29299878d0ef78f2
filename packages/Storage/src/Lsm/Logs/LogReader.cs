using System.Buffers.Binary;
using System.Runtime.InteropServices;
using Gabbro.Storage.FileSystem;
using Gabbro.Storage.Lsm.Format;

namespace Gabbro.Storage.Lsm.Logs;

/// <summary>Reads a log's records in order and judges how it ends: finished, torn, or damaged.</summary>
internal sealed unsafe class LogReader : IDisposable
{
    private const int PageSize = 4096;
    private readonly byte* _bytes;
    private readonly long _length;
    private readonly long _required;
    private readonly bool _salvage;
    private readonly ulong _uniqueId;
    private readonly ByteBuffer _assembled = new();
    private long _position = LogFormat.FileHeader;
    private bool _disposed;

    /// <summary>Opens a log and checks its header.</summary>
    /// <param name="system">Where.</param>
    /// <param name="path">The file.</param>
    /// <param name="kind">What it must hold.</param>
    /// <param name="number">The number it must have.</param>
    /// <param name="required">How many bytes must be intact; see <see cref="ProgressReading"/>.</param>
    /// <param name="salvage">Whether to skip damage and go on behind it, for repair.</param>
    /// <param name="growing">Whether a writer may be at work beyond what must be intact: then nothing is read there.</param>
    public LogReader(
        IStorageFileSystem system, string path, LogKind kind, ulong number, long required, bool salvage = false, bool growing = false)
    {
        Path = path;
        _required = required;
        _salvage = salvage;
        using var file = system.Open(path, StorageFileMode.Read);
        _length = file.Length;
        if (_length < required && !salvage)
            throw new CorruptionException(path, _length, $"expected at least {required} bytes, found {_length}");
        if (growing)
            _length = required;
        // The zeros past the end let every header be looked at whole.
        _bytes = (byte*)NativeMemory.AllocZeroed((nuint)(_length + LogFormat.RecordHeader + 8));
        try
        {
            for (long done = 0; done < _length;)
            {
                var part = new Span<byte>(_bytes + done, (int)Math.Min(1 << 20, _length - done));
                if (file.Read(done, part) != part.Length)
                    throw new CorruptionException(path, done, "the file became shorter while it was read");
                done += part.Length;
            }

            _uniqueId = LogFormat.ReadFileHeader(new ReadOnlySpan<byte>(_bytes, (int)Math.Min(_length, PageSize)), path, kind, number);
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    public string Path { get; }

    /// <summary>Where the next record starts; at the end, how many bytes were good.</summary>
    public long Position => _position;

    public ulong UniqueId => _uniqueId;

    /// <summary>Whether the log says of itself that it is complete.</summary>
    public bool Finished { get; private set; }

    /// <summary>How far the log was synced when the last record read was written.</summary>
    public long ClaimedSynced { get; private set; }

    /// <summary>Bytes skipped as damaged, when salvaging.</summary>
    public long SkippedBytes { get; private set; }

    /// <summary>The next record's payload, or false at the end.</summary>
    /// <exception cref="CorruptionException">Bytes that must be intact are not.</exception>
    public bool TryRead(out ReadOnlySpan<byte> payload)
    {
        while (true)
        {
            if (Finished)
            {
                payload = default;
                return false;
            }

            var start = _position;
            if (TryReadRecord(out payload, out var failedAt))
                return true;
            if (Finished)
                continue;
            _position = start;
            if (!_salvage)
            {
                RequireTornTail(failedAt);
                return false;
            }

            if (!SkipDamage(failedAt))
                return false;
        }
    }

    public void Dispose()
    {
        if (_disposed)
            return;
        _disposed = true;
        NativeMemory.Free(_bytes);
    }

    private bool TryReadRecord(out ReadOnlySpan<byte> payload, out long failedAt)
    {
        payload = default;
        var inside = false;
        while (true)
        {
            failedAt = _position;
            if (_position % PageSize == PageSize - 8 && _position + 8 <= _length && *(ulong*)(_bytes + _position) == 0
                && IsSound(_position + 8, out _, out _, out _))
            {
                _position += 8;
                continue;
            }

            if (!IsSound(_position, out var type, out var length, out var synced))
                return false;
            ClaimedSynced = synced;
            var data = new ReadOnlySpan<byte>(_bytes + _position + LogFormat.RecordHeader, length);
            var next = _position + LogFormat.Align(LogFormat.RecordHeader + length);
            switch (type)
            {
                case LogRecordType.Full when !inside:
                    _position = next;
                    payload = data;
                    return true;
                case LogRecordType.First when !inside:
                    inside = true;
                    _assembled.Clear();
                    _assembled.Append(data);
                    break;
                case LogRecordType.Middle when inside:
                    _assembled.Append(data);
                    break;
                case LogRecordType.Last when inside:
                    _position = next;
                    _assembled.Append(data);
                    payload = _assembled.Span;
                    return true;
                case LogRecordType.Pad:
                    break;
                case LogRecordType.End when !inside:
                    _position = next;
                    Finished = true;
                    return false;
                default:
                    return false;
            }

            _position = next;
        }
    }

    private bool IsSound(long offset, out LogRecordType type, out int length, out long synced)
    {
        type = LogRecordType.None;
        length = 0;
        synced = 0;
        if (offset + LogFormat.RecordHeader > _length)
            return false;
        var header = _bytes + offset;
        var word = BinaryPrimitives.ReadUInt32LittleEndian(new ReadOnlySpan<byte>(header + 4, 4));
        type = (LogRecordType)(byte)word;
        length = (int)(word >> 8);
        synced = (long)BinaryPrimitives.ReadUInt32LittleEndian(new ReadOnlySpan<byte>(header + 8, 4)) * LogFormat.Alignment;
        return type is > LogRecordType.None and <= LogRecordType.End
            && length <= LogFormat.MaxFragment
            && synced <= offset
            && offset + LogFormat.RecordHeader + length <= _length
            && *(uint*)header == LogFormat.Checksum(header, length, _uniqueId, offset);
    }

    // The record that starts at _position is not whole. If those bytes were once reported written (and the machine ran on),
    // or synced, they were damaged later. A sound record further on that was written after a sync beyond this point says
    // the same, where the progress words were lost with the power.
    private void RequireTornTail(long failedAt)
    {
        if (_position < _required)
        {
            throw new CorruptionException(
                Path, failedAt, $"expected sound log records up to offset {_required}; the record here does not match its checksum");
        }

        for (var offset = _position + LogFormat.Alignment; offset < _length; offset += LogFormat.Alignment)
        {
            if (IsSound(offset, out _, out _, out var synced) && synced > _position)
            {
                throw new CorruptionException(
                    Path, failedAt, $"the record at {offset} was written after everything before {synced} was synced, but the one here does not match its checksum");
            }
        }
    }

    // Goes to the next sound start of a record; the checksum covers the offset, so there are no chance hits.
    private bool SkipDamage(long failedAt)
    {
        for (var offset = Math.Max(_position, failedAt) + LogFormat.Alignment; offset < _length; offset += LogFormat.Alignment)
        {
            if (!IsSound(offset, out var type, out _, out _) || type is LogRecordType.Middle or LogRecordType.Last)
                continue;
            SkippedBytes += offset - _position;
            _position = offset;
            return true;
        }

        if (_required > _position)
            SkippedBytes += _required - _position;
        return false;
    }
}
