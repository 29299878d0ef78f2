using System.Runtime.CompilerServices;
using Gabbro.Storage.BTree.Pages;

namespace Gabbro.Storage.BTree.Trees;

/// <summary>A position in a tree: the path from the root, kept as pointers into a version that does not change.</summary>
internal unsafe struct TreeCursor
{
    private readonly PageSpace _pages;
    private readonly TreeRoot _root;
    private PathPages _path;
    private PathIndexes _indexes;
    private byte* _leaf;
    private int _index;
    private int _count;

    public TreeCursor(PageSpace pages, in TreeRoot root)
    {
        Unsafe.SkipInit(out this);
        _pages = pages;
        _root = root;
        _leaf = null;
        _index = 0;
        _count = 0;
    }

    [InlineArray(TreeLimits.MaximumDepth)]
    private struct PathPages
    {
        private nint _first;
    }

    [InlineArray(TreeLimits.MaximumDepth)]
    private struct PathIndexes
    {
        private int _first;
    }

    /// <summary>Whether the cursor stands on a record.</summary>
    public readonly bool IsValid => _leaf != null && (uint)_index < (uint)_count;

    public readonly ReadOnlySpan<byte> Key
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get
        {
            var key = new ReadOnlySpan<byte>(NodePage.LeafKey(_leaf, _index), NodePage.KeyLength(_leaf, _index));
            _pages.ThrowIfLost();
            return key;
        }
    }

    public readonly ReadOnlySpan<byte> Value
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get
        {
            var cell = NodePage.Cell(_leaf, _index);
            var word = *(uint*)cell;
            var value = cell + NodePage.LeafCellOverhead + NodePage.KeyLength(_leaf, _index);
            var length = (int)word;
            if ((word & NodePage.OverflowFlag) != 0)
                TreeReader.Value(_pages, _leaf, _index, out value, out length);
            _pages.ThrowIfLost();
            return new(value, length);
        }
    }

    public bool SeekFirst() =>
        _root.Page == 0 ? Invalidate() : DescendEdge(0, _root.Page, (int)_root.Depth - 1, last: false) || NextLeaf();

    public bool SeekLast() =>
        _root.Page == 0 ? Invalidate() : DescendEdge(0, _root.Page, (int)_root.Depth - 1, last: true) || PreviousLeaf();

    /// <summary>Moves to the first record at or above the key.</summary>
    public bool Seek(byte* key, int keyLength, out bool exact)
    {
        exact = false;
        if (_root.Page == 0)
            return Invalidate();
        var page = Node(_root.Page, (int)_root.Depth - 1);
        var step = 0;
        for (var level = (int)_root.Depth - 1; level > 0; level--, step++)
        {
            var index = NodePage.ChildIndex(page, key, keyLength);
            _path[step] = (nint)page;
            _indexes[step] = index;
            page = Node(NodePage.Child(page, index), level - 1);
        }

        _leaf = page;
        _count = NodePage.Count(page);
        _index = NodePage.LeafLowerBound(page, key, keyLength, out exact);
        return _index < _count || NextLeaf();
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool Next() => ++_index < _count || NextLeaf();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool Previous() => --_index >= 0 || PreviousLeaf();

    private bool NextLeaf()
    {
        if (_leaf == null)
            return Invalidate();
        for (var step = (int)_root.Depth - 2; step >= 0; step--)
        {
            var page = (byte*)_path[step];
            if (++_indexes[step] < NodePage.Count(page))
            {
                // An empty leaf (a lone child that could not be merged) is stepped over by going round again.
                if (DescendEdge(step + 1, NodePage.Child(page, _indexes[step]), NodePage.Header(page)->Level - 1, last: false))
                    return true;
                step = (int)_root.Depth - 1;
            }
        }

        return Invalidate();
    }

    private bool PreviousLeaf()
    {
        if (_leaf == null)
            return Invalidate();
        for (var step = (int)_root.Depth - 2; step >= 0; step--)
        {
            var page = (byte*)_path[step];
            if (--_indexes[step] >= 0)
            {
                if (DescendEdge(step + 1, NodePage.Child(page, _indexes[step]), NodePage.Header(page)->Level - 1, last: true))
                    return true;
                step = (int)_root.Depth - 1;
            }
        }

        return Invalidate();
    }

    // Goes from a node to its first or last leaf; false only when that leaf is empty.
    private bool DescendEdge(int step, ulong number, int level, bool last)
    {
        var page = Node(number, level);
        for (; level > 0; level--, step++)
        {
            var index = last ? NodePage.Count(page) - 1 : 0;
            _path[step] = (nint)page;
            _indexes[step] = index;
            page = Node(NodePage.Child(page, index), level - 1);
        }

        _leaf = page;
        _count = NodePage.Count(page);
        _index = last ? _count - 1 : 0;
        return _count > 0;
    }

    private readonly byte* Node(ulong number, int level)
    {
        var page = _pages.Node(number);
        if (NodePage.Header(page)->Level != level)
            throw _pages.Damaged(number, $"level {level}, found {NodePage.Header(page)->Level}");
        return page;
    }

    private bool Invalidate()
    {
        // Pages of zeros have no records: an end is believed only where no page was lost.
        _pages.ThrowIfLost();
        _leaf = null;
        _count = 0;
        _index = 0;
        return false;
    }
}
