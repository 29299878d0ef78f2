using System.Runtime.CompilerServices;

namespace Gabbro.Storage.BTree.Pages;

/// <summary>A slotted page: a sorted array of 8-byte slots after the header, cells growing down from the end.</summary>
/// <remarks>
/// A slot is one little-endian word: cell offset (bits 0-15), key length (16-31), head of the key (32-63). A search runs
/// over the contiguous slots and touches a cell only where heads tie. Leaf cell: u32 value length (bit 31: the value is in
/// an overflow run), key, value or u64 run. Branch cell: u64 child, key; the first key of a branch is empty and means
/// "everything below the second".
/// Pages that come from a file pass <see cref="NodeValidator"/> before any of these methods sees them.
/// </remarks>
internal static unsafe class NodePage
{
    public const int SlotSize = 8;
    public const int LeafCellOverhead = 4;
    public const int BranchCellOverhead = 8;
    public const int OverflowCellOverhead = LeafCellOverhead + sizeof(ulong);
    public const uint OverflowFlag = 0x8000_0000;

    public static void Initialize(byte* page, int pageSize, ulong number, ulong transaction, uint sequence, PageKind kind, int level)
    {
        *(PageHeader*)page = new PageHeader
        {
            Number = number,
            Transaction = transaction,
            Sequence = sequence,
            Kind = kind,
            Level = (byte)level,
            HeapStart = (uint)pageSize,
        };
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static PageHeader* Header(byte* page) => (PageHeader*)page;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int Count(byte* page) => ((PageHeader*)page)->Count;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool IsLeaf(byte* page) => ((PageHeader*)page)->Kind == PageKind.Leaf;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ulong* Slots(byte* page) => (ulong*)(page + PageHeader.Size);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static byte* Cell(byte* page, int index) => page + (ushort)Slots(page)[index];

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int KeyLength(byte* page, int index) => (ushort)(Slots(page)[index] >> 16);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static byte* LeafKey(byte* page, int index) => Cell(page, index) + LeafCellOverhead;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static byte* BranchKey(byte* page, int index) => Cell(page, index) + BranchCellOverhead;

    /// <summary>The key of either kind of node.</summary>
    public static byte* Key(byte* page, int index) =>
        Cell(page, index) + (IsLeaf(page) ? LeafCellOverhead : BranchCellOverhead);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static uint ValueWord(byte* page, int index) => Unsafe.ReadUnaligned<uint>(Cell(page, index));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ulong Child(byte* page, int index) => Unsafe.ReadUnaligned<ulong>(Cell(page, index));

    public static void SetChild(byte* page, int index, ulong child) => Unsafe.WriteUnaligned(Cell(page, index), child);

    /// <summary>The run of a value too large for its leaf.</summary>
    public static ulong OverflowRun(byte* page, int index) =>
        Unsafe.ReadUnaligned<ulong>(LeafKey(page, index) + KeyLength(page, index));

    /// <summary>Bytes of the cell at <paramref name="index"/>.</summary>
    public static int CellSize(byte* page, int index)
    {
        var keyLength = KeyLength(page, index);
        if (!IsLeaf(page))
            return BranchCellOverhead + keyLength;
        var word = ValueWord(page, index);
        return LeafCellOverhead + keyLength + ((word & OverflowFlag) != 0 ? sizeof(ulong) : (int)word);
    }

    /// <summary>Bytes left between slots and heap, plus what compaction would win.</summary>
    public static int FreeSpace(byte* page)
    {
        var header = Header(page);
        return (int)(header->HeapStart + header->Garbage) - PageHeader.Size - (header->Count * SlotSize);
    }

    /// <summary>Bytes in use by slots and live cells.</summary>
    public static int UsedSpace(byte* page, int pageSize) => pageSize - PageHeader.Size - FreeSpace(page);

    /// <summary>The first index whose key is at or above <paramref name="key"/>, and whether it is equal.</summary>
    public static int LeafLowerBound(byte* page, byte* key, int length, out bool exact)
    {
        var header = Header(page);
        var slots = Slots(page);
        int count = header->Count;
        int skip = header->Skip;
        var target = (ulong)KeyBytes.Head(key, length, skip) << 32;
        var low = LowerBound(slots, 0, count, target);
        while (low < count && (slots[low] ^ target) >> 32 == 0)
        {
            // Several slots may share a head (short skips at the tree's edges): settle a long tie by bisection.
            var end = low + 1 < count && (slots[low + 1] ^ target) >> 32 == 0
                ? LowerBound(slots, low + 1, count, target + (1UL << 32))
                : low + 1;
            if (target >> 32 == uint.MaxValue)
                end = count;
            while (low < end)
            {
                var middle = (int)((uint)(low + end) >> 1);
                var order = KeyBytes.Compare(
                    LeafKey(page, middle) + skip, KeyLength(page, middle) - skip, key + skip, length - skip);
                if (order == 0)
                {
                    exact = true;
                    return middle;
                }

                if (order < 0)
                    low = middle + 1;
                else
                    end = middle;
            }

            break;
        }

        exact = false;
        return low;
    }

    /// <summary>The child that covers <paramref name="key"/>: the last whose separator is at or below it.</summary>
    public static int ChildIndex(byte* page, byte* key, int length)
    {
        var header = Header(page);
        var slots = Slots(page);
        int count = header->Count;
        int skip = header->Skip;
        var target = (ulong)KeyBytes.Head(key, length, skip) << 32;
        var low = LowerBound(slots, 1, count, target);
        if (low < count && (slots[low] ^ target) >> 32 == 0)
        {
            var end = low + 1 < count && (slots[low + 1] ^ target) >> 32 == 0
                ? (target >> 32 == uint.MaxValue ? count : LowerBound(slots, low + 1, count, target + (1UL << 32)))
                : low + 1;
            while (low < end)
            {
                var middle = (int)((uint)(low + end) >> 1);
                var order = KeyBytes.Compare(
                    BranchKey(page, middle) + skip, KeyLength(page, middle) - skip, key + skip, length - skip);
                if (order <= 0)
                    low = middle + 1;
                else
                    end = middle;
            }
        }

        return low - 1;
    }

    /// <summary>Reserves a cell and its slot at <paramref name="index"/>; the caller has checked the space and fills the cell.</summary>
    public static byte* InsertCell(byte* page, int index, byte* key, int keyLength, int cellSize)
    {
        var header = Header(page);
        var heapStart = (int)header->HeapStart - cellSize;
        var slots = Slots(page);
        Buffer.MemoryCopy(
            slots + index, slots + index + 1, long.MaxValue, (long)(header->Count - index) * SlotSize);
        slots[index] = Slot(heapStart, keyLength, keyLength < header->Skip ? 0 : KeyBytes.Head(key, keyLength, header->Skip));
        header->HeapStart = (uint)heapStart;
        header->Count++;
        return page + heapStart;
    }

    public static void RemoveCell(byte* page, int index)
    {
        var header = Header(page);
        var size = CellSize(page, index);
        var slots = Slots(page);
        if ((uint)(ushort)slots[index] == header->HeapStart)
            header->HeapStart += (uint)size;
        else
            header->Garbage += (uint)size;
        Buffer.MemoryCopy(
            slots + index + 1, slots + index, long.MaxValue, (long)(header->Count - index - 1) * SlotSize);
        header->Count--;
        if (header->Count == 0)
            header->HeapStart += header->Garbage;
        if (header->Count == 0)
            header->Garbage = 0;
    }

    /// <summary>Copies the cell of another node of the same kind behind the last slot.</summary>
    public static void AppendCopy(byte* page, byte* source, int index)
    {
        var size = CellSize(source, index);
        var cell = InsertCell(page, Count(page), Key(source, index), KeyLength(source, index), size);
        Unsafe.CopyBlockUnaligned(cell, Cell(source, index), (uint)size);
    }

    public static void InsertBranch(byte* page, int index, byte* key, int keyLength, ulong child)
    {
        var cell = InsertCell(page, index, key, keyLength, BranchCellOverhead + keyLength);
        Unsafe.WriteUnaligned(cell, child);
        Unsafe.CopyBlockUnaligned(cell + BranchCellOverhead, key, (uint)keyLength);
    }

    /// <summary>Closes the gaps that removed cells left.</summary>
    /// <param name="page">The page.</param>
    /// <param name="pageSize">Its size.</param>
    /// <param name="scratch">Room for one page.</param>
    public static void Compact(byte* page, int pageSize, byte* scratch)
    {
        var header = Header(page);
        Unsafe.CopyBlockUnaligned(scratch, page, (uint)pageSize);
        var slots = Slots(page);
        var top = pageSize;
        for (var i = 0; i < header->Count; i++)
        {
            var size = CellSize(scratch, i);
            top -= size;
            Unsafe.CopyBlockUnaligned(page + top, Cell(scratch, i), (uint)size);
            slots[i] = (slots[i] & ~0xFFFFUL) | (ushort)top;
        }

        header->HeapStart = (uint)top;
        header->Garbage = 0;
    }

    /// <summary>Sets how many leading bytes the routed keys share and refreshes the cached heads.</summary>
    public static void SetSkip(byte* page, int skip)
    {
        var header = Header(page);
        header->Skip = (ushort)skip;
        var slots = Slots(page);
        for (var i = 0; i < header->Count; i++)
        {
            var length = KeyLength(page, i);
            var head = length < skip ? 0 : KeyBytes.Head(Key(page, i), length, skip);
            slots[i] = (uint)slots[i] | ((ulong)head << 32);
        }
    }

    private static ulong Slot(int offset, int keyLength, uint head) =>
        (ushort)offset | ((ulong)(ushort)keyLength << 16) | ((ulong)head << 32);

    // The first slot in [from, to) at or above the target head. Branch-free halving: the comparison becomes a
    // conditional move, and the words probed lie within a few cache lines.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static int LowerBound(ulong* slots, int from, int to, ulong target)
    {
        var length = to - from;
        var at = slots + from;
        while (length > 1)
        {
            var half = length >> 1;
            at = at[half - 1] < target ? at + half : at;
            length -= half;
        }

        return (int)(at - slots) + (length == 1 && *at < target ? 1 : 0);
    }
}
