using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Gabbro.Storage.BTree.Pages;

namespace Gabbro.Storage.BTree.Trees;

/// <summary>Insertion and deletion by copy-on-write: a page that an older version can see is never changed.</summary>
/// <remarks>
/// On the way down every page of the path is made private to the transaction (copied unless this savepoint made it) and
/// hung into its parent, so that splits and merges on the way up find their whole path writable. One thread at a time.
/// </remarks>
internal sealed unsafe partial class TreeWriter : IDisposable
{
    private readonly PageSpace _pages;
    private readonly IPageWriter _writer;
    private readonly PageGeometry _geometry;
    private readonly int _pageSize;
    private readonly Step* _path;
    private readonly byte* _scratch;
    private bool _disposed;

    public TreeWriter(PageSpace pages, IPageWriter writer)
    {
        _pages = pages;
        _writer = writer;
        _geometry = pages.Geometry;
        _pageSize = _geometry.PageSize;
        _path = (Step*)NativeMemory.AllocZeroed(TreeLimits.MaximumDepth + 1, (nuint)sizeof(Step));
        // Three pages: one for splits and merges, one for compaction, one for keys that must outlive their page.
        _scratch = (byte*)NativeMemory.AlignedAlloc((nuint)_pageSize * 3, 64);
    }

    private struct Step
    {
        public byte* Page;
        public ulong Number;
        public int Index;
    }

    private byte* CompactionScratch => _scratch + _pageSize;

    private byte* KeyScratch => _scratch + (_pageSize * 2);

    /// <summary>Inserts or replaces.</summary>
    /// <returns>Whether the key was new.</returns>
    /// <exception cref="StorageException">The file cannot grow; the transaction can only be rolled back.</exception>
    public bool Put(ref TreeRoot root, byte* key, int keyLength, ReadOnlySpan<byte> value)
    {
        if (root.Page == 0)
        {
            root.Page = NewNode(PageKind.Leaf, 0, out _);
            root.Depth = 1;
        }

        var leafStep = Descend(ref root, key, keyLength);
        var leaf = _path[leafStep].Page;
        var index = NodePage.LeafLowerBound(leaf, key, keyLength, out var exact);
        var isLarge = NodePage.SlotSize + NodePage.LeafCellOverhead + keyLength + (long)value.Length > _geometry.MaximumEntry;
        var cellSize = NodePage.LeafCellOverhead + keyLength + (isLarge ? sizeof(ulong) : value.Length);
        if (exact)
        {
            FreeOverflow(leaf, index);
            if (NodePage.CellSize(leaf, index) == cellSize)
            {
                FillLeafCell(NodePage.Cell(leaf, index), key, keyLength, value, isLarge);
                return false;
            }

            NodePage.RemoveCell(leaf, index);
        }

        InsertIntoLeaf(ref root, leafStep, index, key, keyLength, value, isLarge, cellSize);
        if (!exact)
            root.Records++;
        return !exact;
    }

    /// <summary>Removes a key.</summary>
    /// <returns>Whether it was there.</returns>
    public bool Delete(ref TreeRoot root, byte* key, int keyLength)
    {
        if (!TreeReader.TryFind(_pages, root, key, keyLength, out _, out _))
            return false;
        var leafStep = Descend(ref root, key, keyLength);
        var leaf = _path[leafStep].Page;
        var index = NodePage.LeafLowerBound(leaf, key, keyLength, out _);
        FreeOverflow(leaf, index);
        NodePage.RemoveCell(leaf, index);
        root.Records--;
        Rebalance(ref root, leafStep);
        return true;
    }

    /// <summary>Frees every page of a tree and leaves it empty.</summary>
    public void Clear(ref TreeRoot root)
    {
        if (root.Page != 0)
            FreeSubtree(root.Page);
        root = default;
    }

    public void Dispose()
    {
        if (_disposed)
            return;
        _disposed = true;
        NativeMemory.Free(_path);
        NativeMemory.AlignedFree(_scratch);
    }

    private ulong NewNode(PageKind kind, int level, out byte* page)
    {
        var number = _writer.Allocate(1);
        page = _pages.Raw(number);
        NodePage.Initialize(page, _pageSize, number, _writer.Transaction, _writer.Sequence, kind, level);
        _pages.MarkProven(number);
        return number;
    }

    private bool IsPrivate(byte* page) =>
        NodePage.Header(page)->Transaction == _writer.Transaction && NodePage.Header(page)->Sequence == _writer.Sequence;

    private ulong MakePrivate(ulong number, out byte* page)
    {
        var source = _pages.Node(number);
        if (IsPrivate(source))
        {
            page = source;
            return number;
        }

        var copy = _writer.Allocate(1);
        page = _pages.Raw(copy);
        Unsafe.CopyBlock(page, source, (uint)_pageSize);
        var header = NodePage.Header(page);
        header->Number = copy;
        header->Transaction = _writer.Transaction;
        header->Sequence = _writer.Sequence;
        _pages.ThrowIfLost();
        _pages.MarkProven(copy);
        _writer.Free(number, 1);
        return copy;
    }

    // Fills the path from the root to the leaf for the key; returns the leaf's step.
    private int Descend(ref TreeRoot root, byte* key, int keyLength)
    {
        root.Page = MakePrivate(root.Page, out var page);
        var step = 0;
        var number = root.Page;
        for (; ; step++)
        {
            _path[step] = new Step { Page = page, Number = number };
            if (NodePage.IsLeaf(page))
                return step;
            var index = NodePage.ChildIndex(page, key, keyLength);
            _path[step].Index = index;
            var child = NodePage.Child(page, index);
            var level = NodePage.Header(page)->Level;
            number = MakePrivate(child, out var childPage);
            if (NodePage.Header(childPage)->Level != level - 1)
                throw _pages.Damaged(child, $"level {level - 1}");
            if (number != child)
                NodePage.SetChild(page, index, number);
            page = childPage;
        }
    }

    private void InsertIntoLeaf(
        ref TreeRoot root, int step, int index, byte* key, int keyLength, ReadOnlySpan<byte> value, bool isLarge, int cellSize)
    {
        var leaf = _path[step].Page;
        if (NodePage.FreeSpace(leaf) < cellSize + NodePage.SlotSize)
        {
            SplitLeaf(ref root, step, ref index, key, keyLength, cellSize, out leaf);
        }

        MakeRoom(leaf, cellSize);
        FillLeafCell(NodePage.InsertCell(leaf, index, key, keyLength, cellSize), key, keyLength, value, isLarge);
    }

    private void MakeRoom(byte* page, int cellSize)
    {
        var header = NodePage.Header(page);
        var contiguous = (int)header->HeapStart - PageHeader.Size - (header->Count * NodePage.SlotSize);
        if (contiguous < cellSize + NodePage.SlotSize)
            NodePage.Compact(page, _pageSize, CompactionScratch);
    }

    private void FillLeafCell(byte* cell, byte* key, int keyLength, ReadOnlySpan<byte> value, bool isLarge)
    {
        Unsafe.WriteUnaligned(cell, isLarge ? (uint)value.Length | NodePage.OverflowFlag : (uint)value.Length);
        Unsafe.CopyBlockUnaligned(cell + NodePage.LeafCellOverhead, key, (uint)keyLength);
        var tail = cell + NodePage.LeafCellOverhead + keyLength;
        if (isLarge)
            Unsafe.WriteUnaligned(tail, WriteOverflow(value));
        else
            value.CopyTo(new Span<byte>(tail, value.Length));
    }

    private ulong WriteOverflow(ReadOnlySpan<byte> value)
    {
        var run = _geometry.RunLength(value.Length);
        var number = _writer.Allocate(run);
        var page = _pages.Raw(number);
        NodePage.Initialize(page, _pageSize, number, _writer.Transaction, run, PageKind.Overflow, 0);
        var header = NodePage.Header(page);
        header->HeapStart = 0;
        header->PayloadLength = (uint)value.Length;
        value.CopyTo(new Span<byte>(page + PageHeader.Size, value.Length));
        var used = PageHeader.Size + (long)value.Length;
        NativeMemory.Clear(page + used, (nuint)(((long)run << _geometry.Shift) - used));
        _pages.MarkProven(number);
        return number;
    }

    private void FreeOverflow(byte* leaf, int index)
    {
        if ((NodePage.ValueWord(leaf, index) & NodePage.OverflowFlag) == 0)
            return;
        var number = NodePage.OverflowRun(leaf, index);
        _writer.Free(number, NodePage.Header(_pages.Run(number, PageKind.Overflow))->Sequence);
    }

    // Gives back the records that were in it.
    private ulong FreeSubtree(ulong number)
    {
        var page = _pages.Node(number);
        var records = NodePage.IsLeaf(page) ? (ulong)NodePage.Count(page) : 0;
        for (var i = 0; i < NodePage.Count(page); i++)
        {
            if (NodePage.IsLeaf(page))
                FreeOverflow(page, i);
            else
                records += FreeSubtree(NodePage.Child(page, i));
        }

        _writer.Free(number, 1);
        return records;
    }
}
