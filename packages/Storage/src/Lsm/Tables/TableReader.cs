using System.Buffers;
using System.Buffers.Binary;
using System.IO.Compression;
using System.IO.Hashing;
using System.Runtime.CompilerServices;
using Gabbro.Storage.FileSystem;
using Gabbro.Storage.Integrity;
using Gabbro.Storage.Lsm.Caching;
using Gabbro.Storage.Lsm.Epochs;
using Gabbro.Storage.Lsm.Format;
using Gabbro.Storage.Lsm.Memtables;

namespace Gabbro.Storage.Lsm.Tables;

/// <summary>Reads one table file. Any number of threads at once.</summary>
internal sealed unsafe class TableReader : IDisposable
{
    private readonly IStorageFile _file;
    private readonly BlockCache _cache;
    private readonly TableStatistics _statistics;
    private readonly ulong _uniqueId;
    private readonly Lock _loadLock = new();
    private readonly PartitionEntry[] _partitions;
    private readonly IndexPartition?[] _loaded;
    private bool _disposed;

    /// <summary>Opens a table and checks it against what the manifest says.</summary>
    public TableReader(IStorageFile file, TableMetadata? expected, BlockCache cache, TableStatistics statistics)
    {
        _file = file;
        _cache = cache;
        _statistics = statistics;
        FileSize = file.Length;
        if (expected is not null && FileSize != expected.Size)
            throw new CorruptionException(Path, Math.Min(FileSize, expected.Size), $"expected {expected.Size} bytes, found {FileSize}");
        if (FileSize < TableFormat.Footer)
            throw new CorruptionException(Path, FileSize, $"expected a table of at least {TableFormat.Footer} bytes");
        var at = FileSize - TableFormat.Footer;
        Span<byte> footer = stackalloc byte[TableFormat.Footer];
        ReadExactly(at, footer);
        if (BinaryPrimitives.ReadUInt64LittleEndian(footer) != TableFormat.Magic)
            throw new CorruptionException(Path, at, "expected the magic number of a table");
        if (BinaryPrimitives.ReadUInt64LittleEndian(footer[56..]) != XxHash3.HashToUInt64(footer[..56]))
            throw new CorruptionException(Path, at, "the checksum of the footer does not match");
        var version = BinaryPrimitives.ReadUInt32LittleEndian(footer[8..]);
        if (version != TableFormat.Version)
        {
            throw new StorageException(
                StorageErrorKind.NotSupported, $"{Path} has table format {version}; this library reads format {TableFormat.Version}", Path);
        }

        _uniqueId = BinaryPrimitives.ReadUInt64LittleEndian(footer[16..]);
        if (expected is not null && _uniqueId != expected.UniqueId)
            throw new CorruptionException(Path, at + 16, $"expected the table with id {expected.UniqueId:x16}, found {_uniqueId:x16}");
        var size = (long)BinaryPrimitives.ReadUInt64LittleEndian(footer[40..]);
        if (size != FileSize)
            throw new CorruptionException(Path, at + 40, $"expected {size} bytes, found {FileSize}");
        var metaOffset = (long)BinaryPrimitives.ReadUInt64LittleEndian(footer[24..]);
        var metaSize = (int)BinaryPrimitives.ReadUInt64LittleEndian(footer[32..]);
        Properties = new TableProperties();
        RangeTombstones = RangeTombstoneSet.Empty;
        _partitions = [];
        var meta = new ByteCursor(ReadPlainBlock(new BlockHandle(metaOffset, metaSize)), Path, metaOffset);
        while (!meta.AtEnd)
        {
            var kind = meta.ReadByte();
            var handle = new BlockHandle((long)meta.ReadVarint(), (int)meta.ReadVarint());
            var block = new ByteCursor(ReadPlainBlock(handle), Path, handle.Offset);
            switch (kind)
            {
                case TableFormat.TopIndexBlock:
                    _partitions = ReadTopIndex(ref block);
                    break;
                case TableFormat.RangeTombstoneBlock:
                    RangeTombstones = ReadRangeTombstones(ref block);
                    break;
                case TableFormat.PropertiesBlock:
                    Properties = TableProperties.Decode(block);
                    break;
                default:
                    throw meta.Bad($"a known kind of meta block, found {kind}");
            }
        }

        _loaded = new IndexPartition?[_partitions.Length];
    }

    public string Path => _file.Path;

    public long FileSize { get; }

    public ulong UniqueId => _uniqueId;

    public TableProperties Properties { get; }

    public RangeTombstoneSet RangeTombstones { get; }

    public int PartitionCount => _partitions.Length;

    /// <summary>
    /// The newest entry of the user key at or below <paramref name="trailer"/>. Inside an epoch; the value is good until
    /// it ends, or as long as <paramref name="frame"/> is pinned.
    /// </summary>
    public bool TryFind(
        byte* key, int length, ulong trailer, ulong hash, bool fillCache,
        out ulong found, out byte* value, out int valueLength, out BlockFrame* frame)
    {
        for (var p = FindPartition(key, length); p < _partitions.Length; p++)
        {
            var partition = Partition(p);
            if (partition.Filter != null && !BinaryFuseFilter.MayContain(partition.Filter, hash))
            {
                _statistics.FilterSaved();
                break;
            }

            for (var b = partition.Find(key, length); b < partition.Count; b++)
            {
                frame = Block(partition, b, fillCache);
                switch (DataBlock.Find(BlockFrame.Data(frame), frame->Length, key, length, trailer, out found, out value, out valueLength))
                {
                    case BlockSearch.Found:
                        return true;
                    case BlockSearch.Passed:
                        return false;
                    case BlockSearch.Malformed:
                        throw new CorruptionException(Path, partition.Handle(b).Offset, "the block's entries do not fit together");
                }
            }
        }

        found = 0;
        value = null;
        valueLength = 0;
        frame = null;
        return false;
    }

    /// <summary>The first partition whose last separator is at or after the key.</summary>
    public int FindPartition(byte* key, int length)
    {
        int low = 0, high = _partitions.Length;
        while (low < high)
        {
            var middle = (low + high) >>> 1;
            fixed (byte* separator = _partitions[middle].LastSeparator)
            {
                if (KeyOrder.Compare(separator, _partitions[middle].LastSeparator.Length, key, length) < 0)
                    low = middle + 1;
                else
                    high = middle;
            }
        }

        return low;
    }

    public IndexPartition Partition(int index) => Volatile.Read(ref _loaded[index]) ?? LoadPartition(index);

    /// <summary>The block, from the cache or the file. Inside an epoch.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public BlockFrame* Block(IndexPartition partition, int block, bool fillCache)
    {
        var frame = (BlockFrame*)Volatile.Read(ref partition.Slots[block]);
        if (frame == null)
            return LoadBlock(partition, block, fillCache);
        BlockCache.Touch(frame);
        return frame;
    }

    /// <summary>Reads and checks every byte of the file; order and counts too.</summary>
    public void Verify()
    {
        ulong entries = 0;
        var iterator = new TableIterator(this, fillCache: false, verifyOrder: true);
        using (iterator)
        {
            for (iterator.SeekToFirst(); iterator.Valid; iterator.Next())
                entries++;
        }

        if (entries != Properties.Entries)
            throw new CorruptionException(Path, -1, $"expected {Properties.Entries} entries, found {entries}");
    }

    public void Dispose()
    {
        if (_disposed)
            return;
        _disposed = true;
        foreach (var partition in _loaded)
            partition?.Free(_cache);
        _file.Dispose();
    }

    private IndexPartition LoadPartition(int index)
    {
        lock (_loadLock)
        {
            if (_loaded[index] is { } present)
                return present;
            var entry = _partitions[index];
            var keys = ReadPlainBlock(entry.Index);
            var filter = entry.Filter.Size == 0 ? [] : ReadPlainBlock(entry.Filter);
            var partition = new IndexPartition(keys, filter, entry.Blocks, entry.FirstOffset, Path, entry.Index.Offset);
            Volatile.Write(ref _loaded[index], partition);
            return partition;
        }
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private BlockFrame* LoadBlock(IndexPartition partition, int block, bool fillCache)
    {
        var handle = partition.Handle(block);
        var frame = ReadFrame(handle);
        _statistics.BlockRead(handle.Size);
        // A frame that the cache shall not keep is published all the same, as the first to be evicted: its reader needs an
        // owner for it. Cold frames leave through the small queue.
        var published = _cache.Publish(frame, partition.Slots + block, _uniqueId ^ ((ulong)handle.Offset * 0x9E3779B97F4A7C15UL));
        if (fillCache)
            BlockCache.Touch(published);
        return published;
    }

    private BlockFrame* ReadFrame(BlockHandle handle)
    {
        if (handle.Size < 0 || handle.Offset < 0 || handle.Offset + handle.Size + TableFormat.BlockTrailer > FileSize)
            throw new CorruptionException(Path, handle.Offset, $"expected a block within the file, found one of {handle.Size} bytes");
        var stored = BlockFrame.Allocate(handle.Size + TableFormat.BlockTrailer, TableFormat.BlockPadding);
        BlockFrame* result = null;
        try
        {
            var bytes = new Span<byte>(BlockFrame.Data(stored), stored->Length);
            ReadExactly(handle.Offset, bytes);
            var checksum = BinaryPrimitives.ReadUInt32LittleEndian(bytes[(handle.Size + 1)..]);
            if (BlockChecksum.Compute32(bytes[..(handle.Size + 1)], _uniqueId, (ulong)handle.Offset) != checksum)
                throw new CorruptionException(Path, handle.Offset, $"the checksum of the block of {handle.Size} bytes does not match");
            var kind = (CompressionKind)bytes[handle.Size];
            if (kind == CompressionKind.None)
            {
                stored->Length = handle.Size;
                result = stored;
                return result;
            }

            result = Decompress(kind, bytes[..handle.Size], handle.Offset);
            return result;
        }
        finally
        {
            if (result != stored)
                BlockFrame.Release(stored);
        }
    }

    private BlockFrame* Decompress(CompressionKind kind, ReadOnlySpan<byte> stored, long offset)
    {
        fixed (byte* source = stored)
        {
            var end = source + stored.Length;
            var p = Varint.Read(source, end, out uint length);
            if (p == null || length > int.MaxValue / 2)
                throw new CorruptionException(Path, offset, "expected the length of a compressed block");
            var frame = BlockFrame.Allocate((int)length, TableFormat.BlockPadding);
            var done = kind switch
            {
                CompressionKind.Lz4 => Lz4.Decompress(p, (int)(end - p), BlockFrame.Data(frame), (int)length),
                CompressionKind.Brotli => BrotliDecoder.TryDecompress(
                    new ReadOnlySpan<byte>(p, (int)(end - p)), new Span<byte>(BlockFrame.Data(frame), (int)length), out var written) && written == length,
                _ => false,
            };
            if (done)
                return frame;
            BlockFrame.Release(frame);
            throw new CorruptionException(Path, offset, $"the block does not decompress (kind {(byte)kind})");
        }
    }

    private byte[] ReadPlainBlock(BlockHandle handle)
    {
        var frame = ReadFrame(handle);
        var bytes = new ReadOnlySpan<byte>(BlockFrame.Data(frame), frame->Length).ToArray();
        BlockFrame.Release(frame);
        return bytes;
    }

    private void ReadExactly(long offset, Span<byte> target)
    {
        var count = _file.Read(offset, target);
        if (count != target.Length)
            throw new CorruptionException(Path, offset, $"expected {target.Length} bytes, found {count}");
    }

    private static PartitionEntry[] ReadTopIndex(ref ByteCursor block)
    {
        var count = (int)block.ReadVarint();
        if (count < 0 || count > 1 << 24)
            throw block.Bad("a plausible count of partitions");
        var partitions = new PartitionEntry[count];
        for (var i = 0; i < count; i++)
        {
            partitions[i] = new PartitionEntry(
                block.ReadSized().ToArray(),
                (int)block.ReadVarint(),
                (long)block.ReadVarint(),
                new BlockHandle((long)block.ReadVarint(), (int)block.ReadVarint()),
                new BlockHandle((long)block.ReadVarint(), (int)block.ReadVarint()));
        }

        return partitions;
    }

    private static RangeTombstoneSet ReadRangeTombstones(ref ByteCursor block)
    {
        var tombstones = new RangeTombstone[(int)block.ReadVarint()];
        for (var i = 0; i < tombstones.Length; i++)
            tombstones[i] = new RangeTombstone(block.ReadSized().ToArray(), block.ReadSized().ToArray(), block.ReadVarint());
        return new RangeTombstoneSet(tombstones);
    }

    private readonly record struct PartitionEntry(
        byte[] LastSeparator, int Blocks, long FirstOffset, BlockHandle Index, BlockHandle Filter);
}
