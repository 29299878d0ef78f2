using System.Runtime.CompilerServices;
using Gabbro.Storage.BTree.Pages;

namespace Gabbro.Storage.BTree.Trees;

/// <summary>Splits, merges and the fences that the cached heads depend on.</summary>
/// <remarks>
/// A node's skip is the common prefix of its two fences: the separators that bound what can be routed to it. Every key that
/// can ever reach the node shares that prefix, so heads are taken behind it. A node's range widens only when it is merged,
/// and a merge rebuilds the node; a split narrows it, which keeps the old skip valid and allows a longer one.
/// </remarks>
internal sealed unsafe partial class TreeWriter
{
    // A node below this share of its page looks for a neighbour to merge with; the merged node may fill at most
    // nine tenths, so that the next insertion does not split it again.
    private const double MergeBelow = 0.40;
    private const double MergeLimit = 0.90;

    private readonly ref struct Fences(byte* lower, int lowerLength, byte* upper, int upperLength)
    {
        public readonly byte* Lower = lower;
        public readonly int LowerLength = lowerLength;
        public readonly byte* Upper = upper;
        public readonly int UpperLength = upperLength;
    }

    // The separators on either side of the node at a step, taken from the nearest ancestors that have them; null: none.
    private Fences FencesOf(int step, int width = 1)
    {
        byte* lower = null;
        byte* upper = null;
        var lowerLength = 0;
        var upperLength = 0;
        for (var i = step - 1; i >= 0 && (lower == null || upper == null); i--)
        {
            var page = _path[i].Page;
            var index = _path[i].Index;
            if (lower == null && index > 0)
            {
                lower = NodePage.BranchKey(page, index);
                lowerLength = NodePage.KeyLength(page, index);
            }

            // A merge spans two children of the direct parent, so its upper fence is one further on.
            var next = index + (i == step - 1 ? width : 1);
            if (upper == null && next < NodePage.Count(page))
            {
                upper = NodePage.BranchKey(page, next);
                upperLength = NodePage.KeyLength(page, next);
            }
        }

        return new Fences(lower, lowerLength, upper, upperLength);
    }

    private static int SkipBetween(byte* lower, int lowerLength, byte* upper, int upperLength) =>
        lower == null || upper == null ? 0 : KeyBytes.CommonPrefix(lower, lowerLength, upper, upperLength);

    // Splits the leaf so that a cell of the given size fits at index; on return leaf and index say where.
    private void SplitLeaf(ref TreeRoot root, int step, ref int index, byte* key, int keyLength, int cellSize, out byte* target)
    {
        var left = _path[step].Page;
        var leftNumber = _path[step].Number;
        var fences = FencesOf(step);
        var rightNumber = NewNode(PageKind.Leaf, 0, out var right);
        var count = NodePage.Count(left);
        var separator = KeyScratch;
        int separatorLength;

        if (index == count && fences.Upper == null)
        {
            // Ascending insertion: leave the left node full, start the right one with the new key alone.
            separatorLength = Separator(NodePage.LeafKey(left, count - 1), NodePage.KeyLength(left, count - 1), key, keyLength, separator);
            NodePage.SetSkip(left, SkipBetween(fences.Lower, fences.LowerLength, separator, separatorLength));
            target = right;
            index = 0;
            InsertSeparator(ref root, step, leftNumber, separator, separatorLength, rightNumber);
            return;
        }

        var at = LeafSplitPoint(left, index, cellSize);
        // Virtual positions count the new cell; it is the last of the left half or before, or opens or follows in the right.
        var newIsLeft = index < at;
        var realAt = newIsLeft ? at - 1 : at;
        var lastIsNew = index == at - 1;
        var firstIsNew = index == at;
        var last = lastIsNew ? key : NodePage.LeafKey(left, realAt - 1);
        var lastLength = lastIsNew ? keyLength : NodePage.KeyLength(left, realAt - 1);
        var first = firstIsNew ? key : NodePage.LeafKey(left, realAt);
        var firstLength = firstIsNew ? keyLength : NodePage.KeyLength(left, realAt);
        separatorLength = Separator(last, lastLength, first, firstLength, separator);

        Unsafe.CopyBlock(_scratch, left, (uint)_pageSize);
        NodePage.Initialize(left, _pageSize, leftNumber, _writer.Transaction, _writer.Sequence, PageKind.Leaf, 0);
        NodePage.Header(left)->Skip = (ushort)SkipBetween(fences.Lower, fences.LowerLength, separator, separatorLength);
        NodePage.Header(right)->Skip = (ushort)SkipBetween(separator, separatorLength, fences.Upper, fences.UpperLength);
        for (var i = 0; i < count; i++)
            NodePage.AppendCopy(i < realAt ? left : right, _scratch, i);
        target = newIsLeft ? left : right;
        if (!newIsLeft)
            index -= realAt;
        InsertSeparator(ref root, step, leftNumber, separator, separatorLength, rightNumber);
    }

    // The number of virtual entries (with the new one at index) that go left: the most even division by bytes.
    private static int LeafSplitPoint(byte* page, int index, int cellSize)
    {
        var count = NodePage.Count(page) + 1;
        var total = NodePage.SlotSize + cellSize;
        for (var i = 0; i < count - 1; i++)
            total += NodePage.SlotSize + NodePage.CellSize(page, i);
        var left = 0;
        for (var i = 0; i < count; i++)
        {
            var size = NodePage.SlotSize + (i == index ? cellSize : NodePage.CellSize(page, i < index ? i : i - 1));
            if (i > 0 && left + (size / 2) >= total / 2)
                return i;
            left += size;
        }

        return count - 1;
    }

    // The shortest string above last and at or below first.
    private static int Separator(byte* last, int lastLength, byte* first, int firstLength, byte* target)
    {
        var length = Math.Min(KeyBytes.CommonPrefix(last, lastLength, first, firstLength) + 1, firstLength);
        Unsafe.CopyBlockUnaligned(target, first, (uint)length);
        return length;
    }

    // Hangs a right sibling of the node at a step into the parent; the separator lies in KeyScratch.
    private void InsertSeparator(ref TreeRoot root, int step, ulong left, byte* separator, int length, ulong right)
    {
        if (step == 0)
        {
            var level = (int)root.Depth;
            root.Page = NewNode(PageKind.Branch, level, out var top);
            NodePage.InsertBranch(top, 0, separator, 0, left);
            NodePage.InsertBranch(top, 1, separator, length, right);
            root.Depth++;
            return;
        }

        var parent = _path[step - 1].Page;
        var index = _path[step - 1].Index + 1;
        var cellSize = NodePage.BranchCellOverhead + length;
        if (NodePage.FreeSpace(parent) < cellSize + NodePage.SlotSize)
        {
            SplitBranch(ref root, step - 1, index, separator, length, right);
            return;
        }

        MakeRoom(parent, cellSize);
        NodePage.InsertBranch(parent, index, separator, length, right);
    }

    private void SplitBranch(ref TreeRoot root, int step, int index, byte* separator, int length, ulong child)
    {
        var left = _path[step].Page;
        var leftNumber = _path[step].Number;
        var fences = FencesOf(step);
        var level = NodePage.Header(left)->Level;
        var rightNumber = NewNode(PageKind.Branch, level, out var right);
        var count = NodePage.Count(left);
        var cellSize = NodePage.BranchCellOverhead + length;
        // With ascending insertion only the newest child moves right; otherwise the bytes are divided evenly.
        var at = index == count && fences.Upper == null ? count : LeafSplitPoint(left, index, cellSize);
        at = Math.Max(at, 1);

        Unsafe.CopyBlock(_scratch, left, (uint)_pageSize);
        // The key of the first right entry moves up; it may be the new separator itself.
        var promoted = stackalloc byte[_geometry.MaximumKey];
        var source = at < index ? at : at - 1;
        var promotedLength = at == index ? length : NodePage.KeyLength(_scratch, source);
        Unsafe.CopyBlockUnaligned(
            promoted, at == index ? separator : NodePage.BranchKey(_scratch, source), (uint)promotedLength);

        NodePage.Initialize(left, _pageSize, leftNumber, _writer.Transaction, _writer.Sequence, PageKind.Branch, level);
        NodePage.Header(left)->Skip = (ushort)SkipBetween(fences.Lower, fences.LowerLength, promoted, promotedLength);
        NodePage.Header(right)->Skip = (ushort)SkipBetween(promoted, promotedLength, fences.Upper, fences.UpperLength);
        for (var i = 0; i <= count; i++)
        {
            var target = i < at ? left : right;
            if (i == index)
                NodePage.InsertBranch(target, NodePage.Count(target), separator, i == at ? 0 : length, child);
            else
                CopyBranchEntry(target, _scratch, i < index ? i : i - 1, dropKey: i == at);
        }

        Unsafe.CopyBlockUnaligned(KeyScratch, promoted, (uint)promotedLength);
        InsertSeparator(ref root, step, leftNumber, KeyScratch, promotedLength, rightNumber);
    }

    private static void CopyBranchEntry(byte* target, byte* source, int index, bool dropKey) =>
        NodePage.InsertBranch(
            target,
            NodePage.Count(target),
            NodePage.BranchKey(source, index),
            dropKey ? 0 : NodePage.KeyLength(source, index),
            NodePage.Child(source, index));

    // After a removal: merges thin nodes on the path with a neighbour, from the leaf up, and drops roots of one child.
    private void Rebalance(ref TreeRoot root, int step)
    {
        for (; step > 0; step--)
        {
            if (!TryMerge(step))
                break;
        }

        DropThinRoots(ref root);
    }

    // An empty tree has no root, and a root with one child gives way to it.
    private void DropThinRoots(ref TreeRoot root)
    {
        while (root.Page != 0)
        {
            var page = _pages.Node(root.Page);
            if (NodePage.IsLeaf(page) && NodePage.Count(page) == 0)
            {
                _writer.Free(root.Page, 1);
                root.Page = 0;
                root.Depth = 0;
            }
            else if (!NodePage.IsLeaf(page) && NodePage.Count(page) == 1)
            {
                var child = NodePage.Child(page, 0);
                _writer.Free(root.Page, 1);
                root.Page = child;
                root.Depth--;
            }
            else
            {
                return;
            }
        }
    }

    private bool TryMerge(int step)
    {
        var page = _path[step].Page;
        var used = NodePage.UsedSpace(page, _pageSize);
        if (used > _geometry.Usable * MergeBelow)
            return false;
        var parent = _path[step - 1].Page;
        var index = _path[step - 1].Index;
        if (index + 1 < NodePage.Count(parent) && TryMergeInto(step, index, index + 1))
            return true;
        return index > 0 && TryMergeInto(step, index - 1, index);
    }

    // Merges two neighbouring children of the parent into the page of the path, if they fit.
    private bool TryMergeInto(int step, int leftIndex, int rightIndex)
    {
        var page = _path[step].Page;
        var parent = _path[step - 1].Page;
        var isLeft = _path[step - 1].Index == leftIndex;
        var siblingNumber = NodePage.Child(parent, isLeft ? rightIndex : leftIndex);
        var sibling = _pages.Node(siblingNumber);
        if (NodePage.Header(sibling)->Level != NodePage.Header(page)->Level)
            throw _pages.Damaged(siblingNumber, $"level {NodePage.Header(page)->Level}");
        var isLeaf = NodePage.IsLeaf(page);
        var separatorLength = NodePage.KeyLength(parent, rightIndex);
        var total = NodePage.UsedSpace(page, _pageSize) + NodePage.UsedSpace(sibling, _pageSize) + (isLeaf ? 0 : separatorLength);
        // An empty node must go even into a full neighbour, or scans would wade through empty leaves.
        if (total > _geometry.Usable * (NodePage.Count(page) == 0 ? 1.0 : MergeLimit))
            return false;

        _path[step - 1].Index = leftIndex;
        var fences = FencesOf(step, width: 2);
        var skip = SkipBetween(fences.Lower, fences.LowerLength, fences.Upper, fences.UpperLength);
        Unsafe.CopyBlock(_scratch, page, (uint)_pageSize);
        var header = NodePage.Header(_scratch);
        NodePage.Initialize(page, _pageSize, header->Number, header->Transaction, header->Sequence, header->Kind, header->Level);
        NodePage.Header(page)->Skip = (ushort)skip;
        AppendAll(page, isLeft ? _scratch : sibling);
        var secondSource = isLeft ? sibling : _scratch;
        if (isLeaf)
        {
            AppendAll(page, secondSource);
        }
        else
        {
            NodePage.InsertBranch(
                page, NodePage.Count(page), NodePage.BranchKey(parent, rightIndex), separatorLength, NodePage.Child(secondSource, 0));
            for (var i = 1; i < NodePage.Count(secondSource); i++)
                NodePage.AppendCopy(page, secondSource, i);
        }

        NodePage.SetChild(parent, leftIndex, _path[step].Number);
        NodePage.RemoveCell(parent, rightIndex);
        _writer.Free(siblingNumber, 1);
        return true;
    }

    private static void AppendAll(byte* target, byte* source)
    {
        for (var i = 0; i < NodePage.Count(source); i++)
            NodePage.AppendCopy(target, source, i);
    }
}
