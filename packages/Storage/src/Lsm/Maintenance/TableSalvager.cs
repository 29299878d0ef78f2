using Gabbro.Storage.Lsm.Caching;
using Gabbro.Storage.Lsm.Epochs;
using Gabbro.Storage.Lsm.Format;
using Gabbro.Storage.Lsm.Tables;

namespace Gabbro.Storage.Lsm.Maintenance;

/// <summary>Walks the entries of those blocks of a table that are whole, and notes each that is not.</summary>
internal sealed unsafe class TableSalvager(TableReader table, List<string> losses) : IDisposable
{
    private readonly ByteBuffer _key = new(256);
    private readonly ByteBuffer _value = new(256);
    private readonly ByteBuffer _lastKey = new(256);
    private readonly Queue<(byte[] Key, ulong Trailer, byte[] Value)> _entries = new();
    private ulong _lastTrailer;
    private bool _any;
    private int _partition;
    private int _block;
    private System.Runtime.InteropServices.GCHandle _keyPin;
    private System.Runtime.InteropServices.GCHandle _valuePin;

    public byte* Key => (byte*)_keyPin.AddrOfPinnedObject();

    public int KeyLength => _key.Length;

    public ulong Trailer { get; private set; }

    public byte* Value => (byte*)_valuePin.AddrOfPinnedObject();

    public int ValueLength => _value.Length;

    public bool Next()
    {
        while (true)
        {
            if (_entries.TryDequeue(out var entry))
            {
                // Whatever the damage, order must hold in the new table.
                if (_any && KeyOrder.Compare(_lastKey.Span, entry.Key) is var order && (order > 0 || (order == 0 && _lastTrailer <= entry.Trailer)))
                    continue;
                Take(entry);
                return true;
            }

            if (!LoadNextBlock())
                return false;
        }
    }

    public void Dispose()
    {
        if (_keyPin.IsAllocated)
            _keyPin.Free();
        if (_valuePin.IsAllocated)
            _valuePin.Free();
    }

    private void Take((byte[] Key, ulong Trailer, byte[] Value) entry)
    {
        Dispose();
        _key.Clear();
        _key.Append(entry.Key);
        _value.Clear();
        _value.Append(entry.Value);
        _keyPin = System.Runtime.InteropServices.GCHandle.Alloc(_key.Array, System.Runtime.InteropServices.GCHandleType.Pinned);
        _valuePin = System.Runtime.InteropServices.GCHandle.Alloc(_value.Array, System.Runtime.InteropServices.GCHandleType.Pinned);
        Trailer = entry.Trailer;
        _lastKey.Clear();
        _lastKey.Append(entry.Key);
        _lastTrailer = entry.Trailer;
        _any = true;
    }

    private bool LoadNextBlock()
    {
        while (_partition < table.PartitionCount)
        {
            IndexPartition partition;
            try
            {
                partition = table.Partition(_partition);
            }
            catch (CorruptionException e)
            {
                losses.Add($"an index of {table.Path} is gone, and with it the blocks it names: {e.Message}");
                _partition++;
                _block = 0;
                continue;
            }

            if (_block >= partition.Count)
            {
                _partition++;
                _block = 0;
                continue;
            }

            var block = _block++;
            try
            {
                ReadBlock(partition, block);
            }
            catch (CorruptionException e)
            {
                losses.Add($"the entries of a block are gone: {e.Message}");
            }

            return true;
        }

        return false;
    }

    private void ReadBlock(IndexPartition partition, int block)
    {
        var thread = Epoch.Enter();
        try
        {
            var frame = table.Block(partition, block, fillCache: false);
            var start = BlockFrame.Data(frame);
            if (!DataBlock.TryLayout(start, frame->Length, out var end, out _, out _))
                throw new CorruptionException(table.Path, partition.Handle(block).Offset, "the block's entries do not fit together");
            var key = new ByteBuffer(256);
            for (var p = start; p < end;)
            {
                p = DataBlock.DecodeEntry(p, end, out var shared, out var unshared, out var size, out var trailer);
                if (p == null || shared > key.Length)
                    throw new CorruptionException(table.Path, partition.Handle(block).Offset, "the block's entries do not fit together");
                key.Truncate((int)shared);
                key.Append(new ReadOnlySpan<byte>(p, (int)unshared));
                p += unshared;
                _entries.Enqueue((key.Span.ToArray(), trailer, new ReadOnlySpan<byte>(p, (int)size).ToArray()));
                p += size;
            }
        }
        finally
        {
            Epoch.Exit(thread);
        }
    }
}
