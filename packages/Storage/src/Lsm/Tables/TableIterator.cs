using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Gabbro.Storage.Lsm.Caching;
using Gabbro.Storage.Lsm.Epochs;
using Gabbro.Storage.Lsm.Format;
using Gabbro.Storage.Lsm.Iterators;

namespace Gabbro.Storage.Lsm.Tables;

/// <summary>Walks a table; holds a pin on the block it stands in.</summary>
internal sealed unsafe class TableIterator : InternalIterator
{
    private readonly bool _fillCache;
    private readonly bool _verifyOrder;
    private TableReader _table;
    private int _partition;
    private int _block;
    private BlockFrame* _frame;
    private byte* _start;
    private byte* _end;
    private uint* _restarts;
    private int _restartCount;
    private byte* _entry;
    private byte* _nextEntry;
    private byte* _key;
    private int _keyCapacity;

    public TableIterator(TableReader table, bool fillCache, bool verifyOrder = false)
    {
        _table = table;
        _fillCache = fillCache;
        _verifyOrder = verifyOrder;
        _keyCapacity = 256;
        _key = (byte*)NativeMemory.Alloc((nuint)_keyCapacity + 8);
    }

    public override void SeekToFirst()
    {
        if (OpenFirst(0, 0))
            StepInBlock(_start);
    }

    public override void SeekToLast()
    {
        if (OpenLast(_table.PartitionCount - 1))
            ToLastEntryOfBlock();
    }

    public override void Seek(byte* key, int length, ulong trailer)
    {
        var partition = _table.FindPartition(key, length);
        if (partition >= _table.PartitionCount)
        {
            Invalidate();
            return;
        }

        var block = _table.Partition(partition).Find(key, length);
        if (!OpenFirst(partition, block))
            return;
        SeekInBlock(key, length, trailer);
        // The rest of the key's entries, or the next key, may start the next block.
        while (!Valid && OpenFirst(_partition, _block + 1))
        {
            StepInBlock(_start);
            if (Valid && KeyOrder.Compare(Key, KeyLength, Trailer, key, length, trailer) < 0)
                SeekInBlock(key, length, trailer);
        }
    }

    public override void SeekBefore(byte* key, int length, ulong trailer)
    {
        Seek(key, length, trailer);
        if (Valid)
            Previous();
        else
            SeekToLast();
    }

    public override void Next()
    {
        if (_nextEntry < _end)
        {
            StepInBlock(_nextEntry);
            return;
        }

        if (OpenFirst(_partition, _block + 1))
            StepInBlock(_start);
    }

    public override void Previous()
    {
        if (_entry > _start)
        {
            var target = _entry;
            var restart = RestartBefore(target);
            StepInBlock(_start + _restarts[restart]);
            while (_nextEntry < target)
                StepInBlock(_nextEntry);
            return;
        }

        if (_block > 0 ? Open(_partition, _block - 1) : OpenLast(_partition - 1))
            ToLastEntryOfBlock();
    }

    /// <summary>Goes over to another table, keeping buffers.</summary>
    public void Reset(TableReader table)
    {
        Invalidate();
        _table = table;
    }

    public override void Dispose()
    {
        base.Dispose();
        if (_key == null)
            return;
        Invalidate();
        NativeMemory.Free(_key);
        _key = null;
    }

    private void Invalidate()
    {
        Valid = false;
        if (_frame == null)
            return;
        BlockFrame.Release(_frame);
        _frame = null;
    }

    // Opens the block at or after this place, over empty partitions and ends of partitions.
    private bool OpenFirst(int partition, int block)
    {
        while (partition < _table.PartitionCount)
        {
            if (block < _table.Partition(partition).Count)
                return Open(partition, block);
            partition++;
            block = 0;
        }

        Invalidate();
        return false;
    }

    private bool OpenLast(int partition)
    {
        for (; partition >= 0; partition--)
        {
            var count = _table.Partition(partition).Count;
            if (count > 0)
                return Open(partition, count - 1);
        }

        Invalidate();
        return false;
    }

    private bool Open(int partition, int block)
    {
        var index = _table.Partition(partition);
        BlockFrame* frame;
        if (_frame != null && _partition == partition && _block == block)
        {
            frame = _frame;
        }
        else
        {
            var thread = Epoch.Enter();
            try
            {
                frame = _table.Block(index, block, _fillCache);
                BlockFrame.Pin(frame);
            }
            finally
            {
                Epoch.Exit(thread);
            }

            Invalidate();
            _frame = frame;
        }

        Valid = false;
        _partition = partition;
        _block = block;
        _start = BlockFrame.Data(frame);
        if (!DataBlock.TryLayout(_start, frame->Length, out _end, out _restarts, out _restartCount))
            throw Malformed();
        return true;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void StepInBlock(byte* entry)
    {
        if (entry >= _end)
        {
            Valid = false;
            return;
        }

        var p = DataBlock.DecodeEntry(entry, _end, out var shared, out var unshared, out var valueLength, out var trailer);
        if (p == null || (shared > KeyLength && shared > 0))
            throw Malformed();
        if (shared + unshared > (uint)_keyCapacity)
            GrowKey(shared + unshared);
        if (_verifyOrder)
            VerifyOrder(p, shared, unshared, trailer);
        CopyKey(_key + shared, p, unshared);
        Key = _key;
        KeyLength = (int)(shared + unshared);
        Trailer = trailer;
        Value = p + unshared;
        ValueLength = (int)valueLength;
        _entry = entry;
        _nextEntry = Value + valueLength;
        Valid = true;
    }

    // Short deltas are most deltas; blocks and the key buffer both have room for a word too many.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void CopyKey(byte* target, byte* source, uint length)
    {
        if (length <= 8)
            Unsafe.WriteUnaligned(target, Unsafe.ReadUnaligned<ulong>(source));
        else
            Unsafe.CopyBlockUnaligned(target, source, length);
    }

    private void SeekInBlock(byte* key, int length, ulong trailer)
    {
        var restart = DataBlock.FindRestart(_start, _end, _restarts, _restartCount, key, length, trailer);
        if (restart < 0)
            throw Malformed();
        KeyLength = 0;
        StepInBlock(_start + _restarts[restart]);
        while (Valid && KeyOrder.Compare(Key, KeyLength, Trailer, key, length, trailer) < 0)
            StepInBlock(_nextEntry);
    }

    private void ToLastEntryOfBlock()
    {
        KeyLength = 0;
        StepInBlock(_start + _restarts[_restartCount - 1]);
        while (Valid && _nextEntry < _end)
            StepInBlock(_nextEntry);
    }

    private int RestartBefore(byte* entry)
    {
        int low = 0, high = _restartCount - 1;
        while (low < high)
        {
            var middle = (low + high + 1) >>> 1;
            if (_start + _restarts[middle] < entry)
                low = middle;
            else
                high = middle - 1;
        }

        return low;
    }

    private void GrowKey(uint length)
    {
        _keyCapacity = (int)Math.Max(2 * length, 512);
        _key = (byte*)NativeMemory.Realloc(_key, (nuint)_keyCapacity + 8);
    }

    private void VerifyOrder(byte* delta, uint shared, uint unshared, ulong trailer)
    {
        if (Key == null)
            return;
        var rest = KeyOrder.Compare(_key + shared, KeyLength - (int)shared, Trailer, delta, (int)unshared, trailer);
        if (rest >= 0)
            throw new CorruptionException(_table.Path, _table.Partition(_partition).Handle(_block).Offset, "the entries are not in order");
    }

    private CorruptionException Malformed() =>
        new(_table.Path, _table.Partition(_partition).Handle(_block).Offset, "the block's entries do not fit together");
}
