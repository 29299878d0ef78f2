using Gabbro.Storage.BTree.Pages;

namespace Gabbro.Storage.BTree.Trees;

/// <summary>Removal of a range of keys: whole subtrees go without being changed, only the two edges are cut.</summary>
/// <remarks>
/// The paths to both bounds are made private and what lies between them is freed, so the cost is that of the pages the
/// range covers, read once, and of two paths. The children that hold the bounds stay, however thin, so that no neighbour's
/// fences change but along the cut; there the nodes' keys no longer need share what they shared, so their skip becomes 0,
/// which is true of any keys. Thin nodes are then merged as after single deletions.
/// </remarks>
internal sealed unsafe partial class TreeWriter
{
    private readonly ref struct Bounds(byte* from, int fromLength, byte* to, int toLength)
    {
        public readonly byte* From = from;
        public readonly int FromLength = fromLength;
        public readonly byte* To = to;
        public readonly int ToLength = toLength;
    }

    /// <summary>Removes the keys in [from, to); an empty upper bound means the end.</summary>
    public void DeleteRange(ref TreeRoot root, byte* from, int fromLength, byte* to, int toLength)
    {
        if (root.Page == 0 || (toLength > 0 && KeyBytes.Compare(from, fromLength, to, toLength) >= 0))
            return;
        var cursor = new TreeCursor(_pages, root);
        if (!cursor.Seek(from, fromLength, out _))
            return;
        fixed (byte* first = cursor.Key)
        {
            if (toLength > 0 && KeyBytes.Compare(first, cursor.Key.Length, to, toLength) >= 0)
                return;
        }

        root.Page = MakePrivate(root.Page, out var page);
        root.Records -= Cut(page, new Bounds(from, fromLength, to, toLength), hasFrom: true, hasTo: toLength > 0);
        Thicken(ref root, from, fromLength);
        if (toLength > 0)
            Thicken(ref root, to, toLength);
    }

    // Removes from a private node what lies in the range; a bound that is not had lies outside the node's own range.
    private ulong Cut(byte* page, in Bounds bounds, bool hasFrom, bool hasTo)
    {
        if (!(hasFrom && hasTo))
            NodePage.SetSkip(page, 0);
        if (NodePage.IsLeaf(page))
            return CutLeaf(page, bounds, hasFrom, hasTo);
        var first = hasFrom ? NodePage.ChildIndex(page, bounds.From, bounds.FromLength) : 0;
        var last = hasTo ? NodePage.ChildIndex(page, bounds.To, bounds.ToLength) : NodePage.Count(page) - 1;
        if (first == last)
            return Cut(PrivateChild(page, first), bounds, hasFrom, hasTo);
        ulong removed = 0;
        if (hasFrom)
            removed += Cut(PrivateChild(page, first), bounds, hasFrom: true, hasTo: false);
        if (hasTo)
            removed += Cut(PrivateChild(page, last), bounds, hasFrom: false, hasTo: true);
        var begin = hasFrom ? first + 1 : first;
        for (var end = hasTo ? last : last + 1; end > begin; end--)
        {
            removed += FreeSubtree(NodePage.Child(page, end - 1));
            NodePage.RemoveCell(page, end - 1);
        }

        // The first child of a branch has no key: everything below the second goes there.
        if (begin == 0 && NodePage.KeyLength(page, 0) > 0)
        {
            var child = NodePage.Child(page, 0);
            NodePage.RemoveCell(page, 0);
            NodePage.InsertBranch(page, 0, bounds.From, 0, child);
        }

        return removed;
    }

    private ulong CutLeaf(byte* page, in Bounds bounds, bool hasFrom, bool hasTo)
    {
        var begin = hasFrom ? NodePage.LeafLowerBound(page, bounds.From, bounds.FromLength, out _) : 0;
        var end = hasTo ? NodePage.LeafLowerBound(page, bounds.To, bounds.ToLength, out _) : NodePage.Count(page);
        for (var i = end - 1; i >= begin; i--)
        {
            FreeOverflow(page, i);
            NodePage.RemoveCell(page, i);
        }

        return (ulong)Math.Max(0, end - begin);
    }

    private byte* PrivateChild(byte* page, int index)
    {
        var child = NodePage.Child(page, index);
        var level = NodePage.Header(page)->Level;
        var number = MakePrivate(child, out var childPage);
        if (NodePage.Header(childPage)->Level != level - 1)
            throw _pages.Damaged(child, $"level {level - 1}");
        if (number != child)
            NodePage.SetChild(page, index, number);
        return childPage;
    }

    // Merges what a cut left thin on the path to a key. A merge higher up can give a lone child a neighbour to merge with,
    // so the path is gone through until nothing changes: at most once a level.
    private void Thicken(ref TreeRoot root, byte* key, int keyLength)
    {
        var changed = true;
        while (changed && root.Page != 0)
        {
            changed = false;
            for (var step = Descend(ref root, key, keyLength); step > 0; step--)
                changed |= TryMerge(step);
            DropThinRoots(ref root);
        }
    }
}
