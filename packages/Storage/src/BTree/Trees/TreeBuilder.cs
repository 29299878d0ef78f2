using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Gabbro.Storage.BTree.Pages;

namespace Gabbro.Storage.BTree.Trees;

/// <summary>Builds a tree bottom-up from ascending records, every node filled to the brim: for compaction, backup and loads.</summary>
/// <remarks>Holds one open node a level. Nodes are sealed as they close, so the result needs no second pass.</remarks>
internal sealed unsafe class TreeBuilder : IDisposable
{
    private readonly PageSpace _pages;
    private readonly IPageWriter _writer;
    private readonly PageGeometry _geometry;
    private readonly Level[] _levels = new Level[TreeLimits.MaximumDepth];
    private readonly byte* _keys;
    private int _lastKeyLength;
    private ulong _records;

    public TreeBuilder(PageSpace pages, IPageWriter writer)
    {
        _pages = pages;
        _writer = writer;
        _geometry = pages.Geometry;
        // One lower fence a level, then the last key, then the separator being made.
        _keys = (byte*)NativeMemory.AllocZeroed((nuint)((TreeLimits.MaximumDepth + 2) * _geometry.MaximumKey));
    }

    private struct Level
    {
        public ulong Number;
        public byte* Page;
        public int LowerLength;
    }

    private byte* LastKey => Fence(TreeLimits.MaximumDepth);

    private byte* SeparatorKey => Fence(TreeLimits.MaximumDepth + 1);

    /// <summary>Adds a record whose key is above all before it.</summary>
    public void Add(ReadOnlySpan<byte> key, ReadOnlySpan<byte> value)
    {
        var isLarge = NodePage.SlotSize + NodePage.LeafCellOverhead + key.Length + (long)value.Length > _geometry.MaximumEntry;
        var cellSize = NodePage.LeafCellOverhead + key.Length + (isLarge ? sizeof(ulong) : value.Length);
        fixed (byte* keyPointer = key)
        {
            if (_levels[0].Page == null)
            {
                Open(0, null, 0);
            }
            else if (NodePage.FreeSpace(_levels[0].Page) < cellSize + NodePage.SlotSize)
            {
                var common = KeyBytes.CommonPrefix(LastKey, _lastKeyLength, keyPointer, key.Length);
                var separatorLength = Math.Min(common + 1, key.Length);
                key[..separatorLength].CopyTo(new Span<byte>(SeparatorKey, separatorLength));
                CloseAndReopen(0, SeparatorKey, separatorLength);
            }

            var page = _levels[0].Page;
            var cell = NodePage.InsertCell(page, NodePage.Count(page), keyPointer, key.Length, cellSize);
            Unsafe.WriteUnaligned(cell, isLarge ? (uint)value.Length | NodePage.OverflowFlag : (uint)value.Length);
            key.CopyTo(new Span<byte>(cell + NodePage.LeafCellOverhead, key.Length));
            var tail = cell + NodePage.LeafCellOverhead + key.Length;
            if (isLarge)
                Unsafe.WriteUnaligned(tail, WriteOverflow(value));
            else
                value.CopyTo(new Span<byte>(tail, value.Length));
            key.CopyTo(new Span<byte>(LastKey, key.Length));
            _lastKeyLength = key.Length;
            _records++;
        }
    }

    /// <summary>Closes all open nodes and gives the finished tree.</summary>
    public TreeRoot Finish()
    {
        if (_records == 0)
            return default;
        for (var level = 0; ; level++)
        {
            var number = _levels[level].Number;
            var hasParent = level + 1 < _levels.Length && _levels[level + 1].Page != null;
            Close(level, null, 0);
            if (!hasParent)
                return new TreeRoot { Page = number, Depth = (uint)level + 1, Records = _records };
        }
    }

    public void Dispose() => NativeMemory.Free(_keys);

    private byte* Fence(int level) => _keys + (level * _geometry.MaximumKey);

    private void Open(int level, byte* lower, int lowerLength)
    {
        var number = _writer.Allocate(1);
        var page = _pages.Raw(number);
        NodePage.Initialize(
            page, _geometry.PageSize, number, _writer.Transaction, 0, level == 0 ? PageKind.Leaf : PageKind.Branch, level);
        if (lowerLength > 0)
            Unsafe.CopyBlockUnaligned(Fence(level), lower, (uint)lowerLength);
        _levels[level] = new Level { Number = number, Page = page, LowerLength = lowerLength };
    }

    // Seals the open node of a level; the heads can be set now that its upper fence is known.
    private void Close(int level, byte* upper, int upperLength)
    {
        ref var open = ref _levels[level];
        var skip = open.LowerLength == 0 || upper == null
            ? 0
            : KeyBytes.CommonPrefix(Fence(level), open.LowerLength, upper, upperLength);
        NodePage.SetSkip(open.Page, skip);
        // What no cell covers leaves the machine with the page: make it zeros, not what memory held.
        var slotsEnd = PageHeader.Size + (NodePage.Count(open.Page) * NodePage.SlotSize);
        NativeMemory.Clear(open.Page + slotsEnd, NodePage.Header(open.Page)->HeapStart - (nuint)slotsEnd);
        _pages.Seal(open.Number, 1);
        open.Page = null;
    }

    // The separator divides the node that closes from the one that opens; it goes up with the new node.
    private void CloseAndReopen(int level, byte* separator, int length)
    {
        var closed = _levels[level].Number;
        Close(level, separator, length);
        Open(level, separator, length);
        AddChild(level + 1, closed, separator, length, _levels[level].Number);
    }

    private void AddChild(int level, ulong left, byte* separator, int length, ulong right)
    {
        if (_levels[level].Page == null)
        {
            Open(level, null, 0);
            NodePage.InsertBranch(_levels[level].Page, 0, separator, 0, left);
        }

        if (NodePage.FreeSpace(_levels[level].Page) < NodePage.BranchCellOverhead + length + NodePage.SlotSize)
        {
            CloseAndReopen(level, separator, length);
            NodePage.InsertBranch(_levels[level].Page, 0, separator, 0, right);
            return;
        }

        var page = _levels[level].Page;
        NodePage.InsertBranch(page, NodePage.Count(page), separator, length, right);
    }

    private ulong WriteOverflow(ReadOnlySpan<byte> value)
    {
        var run = _geometry.RunLength(value.Length);
        var number = _writer.Allocate(run);
        var page = _pages.Raw(number);
        NodePage.Initialize(page, _geometry.PageSize, number, _writer.Transaction, run, PageKind.Overflow, 0);
        NodePage.Header(page)->HeapStart = 0;
        NodePage.Header(page)->PayloadLength = (uint)value.Length;
        value.CopyTo(new Span<byte>(page + PageHeader.Size, value.Length));
        var used = PageHeader.Size + (long)value.Length;
        NativeMemory.Clear(page + used, (nuint)(((long)run << _geometry.Shift) - used));
        _pages.Seal(number, run);
        return number;
    }
}
