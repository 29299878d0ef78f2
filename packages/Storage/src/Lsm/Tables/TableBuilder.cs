using System.Buffers.Binary;
using System.IO.Compression;
using System.IO.Hashing;
using System.Runtime.CompilerServices;
using Gabbro.Storage.FileSystem;
using Gabbro.Storage.Integrity;
using Gabbro.Storage.Lsm.Format;
using Gabbro.Storage.Lsm.Logs;
using Gabbro.Storage.Lsm.Memtables;

namespace Gabbro.Storage.Lsm.Tables;

/// <summary>Writes one table file from entries in order.</summary>
internal sealed unsafe class TableBuilder : IDisposable
{
    private const int WriteSize = 256 * 1024;

    // A builder belongs to one thread, which keeps its large buffers for the next one.
    [ThreadStatic]
    private static ByteBuffer? t_output;

    [ThreadStatic]
    private static ulong[]? t_hashes;
    private const int BrotliQuality = 4;
    private const int BrotliWindow = 22;

    private readonly IStorageFile _file;
    private readonly TableBuilderOptions _options;
    private readonly ulong _number;
    private readonly ulong _uniqueId = UniqueIds.Next();
    private readonly BlockBuilder _block = new();
    private readonly ByteBuffer _output;
    private readonly ByteBuffer _scratch = new();
    private readonly ByteBuffer _index = new();
    private readonly ByteBuffer _topIndex = new();
    private readonly TableProperties _properties = new();
    private readonly List<(ByteBuffer Index, ByteBuffer Filter, byte[] LastSeparator, int Blocks, long FirstOffset)> _partitions = [];
    private readonly List<RangeTombstone> _rangeTombstones = [];
    private ulong[] _hashes;
    private int _hashCount;
    private long _written;
    private byte[]? _smallest;
    private byte[]? _largest;
    private bool _largestExclusive;
    private ulong _minSequence = ulong.MaxValue;
    private ulong _maxSequence;
    private ulong _firstExpiry;
    private bool _blockPending;
    private int _pendingSize;
    private byte[] _pendingLast = [];
    private int _pendingLastLength;
    private byte[] _lastSeparator = [];
    private int _lastSeparatorLength;
    private int _partitionBlocks;
    private long _partitionOffset;

    public TableBuilder(IStorageFile file, ulong number, TableBuilderOptions options)
    {
        _file = file;
        _number = number;
        _options = options;
        _output = t_output ?? new ByteBuffer(WriteSize + 65536);
        _output.Clear();
        t_output = null;
        _hashes = t_hashes ?? new ulong[4096];
        t_hashes = null;
    }

    /// <summary>Bytes so far, the open block included.</summary>
    public long Size => _written + _output.Length + _block.Size;

    public ulong EntryCount => _properties.Entries;

    public bool IsEmpty => _properties.Entries == 0 && _rangeTombstones.Count == 0;

    /// <summary>Adds an entry after all earlier ones.</summary>
    public void Add(byte* key, int keyLength, ulong trailer, byte* value, int valueLength)
    {
        if (_blockPending)
            FinishPending(new ReadOnlySpan<byte>(key, keyLength));
        _smallest ??= new ReadOnlySpan<byte>(key, keyLength).ToArray();
        var sameKey = _block.Count > 0
            ? _block.LastKey.SequenceEqual(new ReadOnlySpan<byte>(key, keyLength))
            : _pendingLastLength > 0 && _pendingLast.AsSpan(0, _pendingLastLength).SequenceEqual(new ReadOnlySpan<byte>(key, keyLength));
        // The first key of a partition is always hashed: its older entries may lie in the partition before.
        if (!sameKey || _hashCount == 0)
        {
            if (_hashCount == _hashes.Length)
                Array.Resize(ref _hashes, 2 * _hashCount);
            _hashes[_hashCount++] = XxHash3.HashToUInt64(new ReadOnlySpan<byte>(key, keyLength));
        }

        _block.Add(key, keyLength, trailer, value, valueLength);
        var sequence = Trailer.Sequence(trailer);
        _minSequence = Math.Min(_minSequence, sequence);
        _maxSequence = Math.Max(_maxSequence, sequence);
        _properties.Entries++;
        _properties.RawKeyBytes += (ulong)keyLength;
        _properties.RawValueBytes += (ulong)valueLength;
        var kind = Trailer.Kind(trailer);
        if (kind == EntryKind.Delete)
            _properties.Deletes++;
        if (kind == EntryKind.PutUntil && valueLength >= 8)
        {
            var expiry = Unsafe.ReadUnaligned<ulong>(value);
            if (_firstExpiry == 0 || expiry < _firstExpiry)
                _firstExpiry = expiry;
        }

        if (_block.Size >= _options.BlockSize)
            CloseBlock();
    }

    /// <summary>Adds a range tombstone; the table's key range grows to cover it.</summary>
    public void Add(RangeTombstone tombstone)
    {
        _rangeTombstones.Add(tombstone);
        _minSequence = Math.Min(_minSequence, tombstone.Sequence);
        _maxSequence = Math.Max(_maxSequence, tombstone.Sequence);
        _properties.RangeDeletes++;
    }

    /// <summary>Writes all that is left and makes the file durable.</summary>
    public TableMetadata Finish()
    {
        if (_block.Count > 0)
            CloseBlock();
        if (_blockPending)
            FinishPending(default);
        if (_partitionBlocks > 0)
            ClosePartition();
        if (_properties.Entries > 0)
            (_largest, _largestExclusive) = (_pendingLast.AsSpan(0, _pendingLastLength).ToArray(), false);
        foreach (var tombstone in _rangeTombstones)
        {
            if (_smallest is null || KeyOrder.Compare(tombstone.Begin, _smallest) < 0)
                _smallest = tombstone.Begin;
            if (_largest is null || KeyOrder.Compare(tombstone.End, _largest) > 0)
                (_largest, _largestExclusive) = (tombstone.End, true);
        }

        _properties.DataBytes = (ulong)(_written + _output.Length);
        WritePartitions();
        var meta = new ByteBuffer();
        WriteMeta(meta, TableFormat.TopIndexBlock, _topIndex);
        if (_rangeTombstones.Count > 0)
        {
            _scratch.Clear();
            _scratch.AppendVarint((ulong)_rangeTombstones.Count);
            foreach (var tombstone in _rangeTombstones)
            {
                _scratch.AppendSized(tombstone.Begin);
                _scratch.AppendSized(tombstone.End);
                _scratch.AppendVarint(tombstone.Sequence);
            }

            WriteMeta(meta, TableFormat.RangeTombstoneBlock, _scratch);
        }

        _properties.MinSequence = _minSequence;
        _properties.MaxSequence = _maxSequence;
        _properties.Compression = _options.Compression;
        _properties.CreatedUnixMilliseconds = (ulong)_options.Now.ToUnixTimeMilliseconds();
        _scratch.Clear();
        _properties.Encode(_scratch);
        WriteMeta(meta, TableFormat.PropertiesBlock, _scratch);
        var metaHandle = WriteBlock(meta, CompressionKind.None);
        WriteFooter(metaHandle);
        FlushOutput();
        _file.SyncData();
        return new TableMetadata
        {
            Number = _number,
            UniqueId = _uniqueId,
            Size = _written,
            Smallest = _smallest!,
            Largest = _largest!,
            LargestExclusive = _largestExclusive,
            MinSequence = _minSequence,
            MaxSequence = _maxSequence,
            Entries = _properties.Entries,
            Deletes = _properties.Deletes,
            RangeDeletes = _properties.RangeDeletes,
            FirstExpiry = _firstExpiry,
        };
    }

    public void Dispose()
    {
        t_output = _output;
        t_hashes = _hashes;
        _file.Dispose();
    }

    private void CloseBlock()
    {
        if (_pendingLast.Length < _block.LastKey.Length)
            _pendingLast = new byte[2 * _block.LastKey.Length];
        _block.LastKey.CopyTo(_pendingLast);
        _pendingLastLength = _block.LastKey.Length;
        var offset = _written + _output.Length;
        if (_partitionBlocks == 0)
            _partitionOffset = offset;
        _pendingSize = WriteBlock(_block.Finish(), _options.Compression).Size;
        _block.Clear();
        _blockPending = true;
        _properties.DataBlocks++;
    }

    // The separator of a block is any key at or after its last and before the next block's first: the shorter, the smaller
    // the index. It is chosen when the next key is known.
    private void FinishPending(ReadOnlySpan<byte> nextKey)
    {
        _blockPending = false;
        var last = _pendingLast.AsSpan(0, _pendingLastLength);
        var separator = nextKey.IsEmpty ? last : Separator(last, nextKey, _scratch);
        var shared = _partitionBlocks == 0 ? 0 : separator.CommonPrefixLength(_lastSeparator.AsSpan(0, _lastSeparatorLength));
        _index.AppendVarint((ulong)shared);
        _index.AppendSized(separator[shared..]);
        _index.AppendVarint((ulong)_pendingSize);
        if (_lastSeparator.Length < separator.Length)
            _lastSeparator = new byte[2 * separator.Length];
        separator.CopyTo(_lastSeparator);
        _lastSeparatorLength = separator.Length;
        _partitionBlocks++;
        if (_partitionBlocks >= _options.PartitionBlocks)
            ClosePartition();
    }

    private static ReadOnlySpan<byte> Separator(ReadOnlySpan<byte> last, ReadOnlySpan<byte> next, ByteBuffer scratch)
    {
        var common = last.CommonPrefixLength(next);
        // Equal keys, or one a prefix of the other: nothing shorter than the last key lies between.
        if (common >= last.Length || common >= next.Length || last[common] + 1 >= next[common])
            return last;
        scratch.Clear();
        scratch.Append(last[..(common + 1)]);
        scratch.Writable[common]++;
        return scratch.Span;
    }

    private void ClosePartition()
    {
        var index = new ByteBuffer(_index.Length);
        index.Append(_index.Span);
        var filter = new ByteBuffer(16);
        if (_options.UseFilter)
            filter.Append(BinaryFuseFilter.Build(_hashes.AsSpan(0, _hashCount)));
        _partitions.Add((index, filter, _lastSeparator.AsSpan(0, _lastSeparatorLength).ToArray(), _partitionBlocks, _partitionOffset));
        _index.Clear();
        _hashCount = 0;
        _partitionBlocks = 0;
    }

    private void WritePartitions()
    {
        _topIndex.Clear();
        _topIndex.AppendVarint((ulong)_partitions.Count);
        foreach (var (index, filter, separator, blocks, offset) in _partitions)
        {
            var indexHandle = WriteBlock(index, CompressionKind.None);
            var filterHandle = filter.Length == 0 ? default : WriteBlock(filter, CompressionKind.None);
            _properties.IndexBytes += (ulong)indexHandle.Size;
            _properties.FilterBytes += (ulong)filterHandle.Size;
            _topIndex.AppendSized(separator);
            _topIndex.AppendVarint((ulong)blocks);
            _topIndex.AppendVarint((ulong)offset);
            _topIndex.AppendVarint((ulong)indexHandle.Offset);
            _topIndex.AppendVarint((ulong)indexHandle.Size);
            _topIndex.AppendVarint((ulong)filterHandle.Offset);
            _topIndex.AppendVarint((ulong)filterHandle.Size);
        }
    }

    private void WriteMeta(ByteBuffer meta, byte kind, ByteBuffer block)
    {
        var handle = WriteBlock(block, CompressionKind.None);
        meta.AppendByte(kind);
        meta.AppendVarint((ulong)handle.Offset);
        meta.AppendVarint((ulong)handle.Size);
    }

    private void WriteFooter(BlockHandle meta)
    {
        var footer = _output.Extend(TableFormat.Footer);
        footer.Clear();
        BinaryPrimitives.WriteUInt64LittleEndian(footer, TableFormat.Magic);
        BinaryPrimitives.WriteUInt32LittleEndian(footer[8..], TableFormat.Version);
        BinaryPrimitives.WriteUInt64LittleEndian(footer[16..], _uniqueId);
        BinaryPrimitives.WriteUInt64LittleEndian(footer[24..], (ulong)meta.Offset);
        BinaryPrimitives.WriteUInt64LittleEndian(footer[32..], (ulong)meta.Size);
        BinaryPrimitives.WriteUInt64LittleEndian(footer[40..], (ulong)(_written + _output.Length));
        BinaryPrimitives.WriteUInt64LittleEndian(footer[56..], XxHash3.HashToUInt64(footer[..56]));
    }

    // Stored compressed only where that saves an eighth: less does not pay for the work of every read.
    private BlockHandle WriteBlock(ByteBuffer block, CompressionKind compression)
    {
        var offset = _written + _output.Length;
        var start = _output.Length;
        var size = compression == CompressionKind.None ? -1 : Compress(block.Span, compression);
        if (size < 0)
        {
            compression = CompressionKind.None;
            size = block.Length;
            _output.Append(block.Span);
        }

        _output.AppendByte((byte)compression);
        var checksum = BlockChecksum.Compute32(_output.Span.Slice(start, size + 1), _uniqueId, (ulong)offset);
        _output.AppendUInt32(checksum);
        if (_output.Length >= WriteSize)
            FlushOutput();
        return new BlockHandle(offset, size);
    }

    private int Compress(ReadOnlySpan<byte> block, CompressionKind compression)
    {
        var start = _output.Length;
        _output.AppendVarint((ulong)block.Length);
        var header = _output.Length - start;
        var limit = block.Length - (block.Length / 8);
        if (compression == CompressionKind.Lz4)
        {
            fixed (byte* source = block, target = _output.Extend(Lz4.Bound(block.Length)))
                _output.Truncate(start + header + Lz4.Compress(source, block.Length, target));
        }
        else
        {
            var target = _output.Extend(BrotliEncoder.GetMaxCompressedLength(block.Length));
            var done = BrotliEncoder.TryCompress(block, target, out var written, BrotliQuality, BrotliWindow);
            _output.Truncate(start + header + (done ? written : limit));
        }

        if (_output.Length - start < limit)
            return _output.Length - start;
        _output.Truncate(start);
        return -1;
    }

    private void FlushOutput()
    {
        _options.Throttle?.Invoke(_output.Length);
        _file.Write(_written, _output.Span);
        _written += _output.Length;
        _output.Clear();
    }
}
