using Gabbro.Storage.BTree.Pages;

namespace Gabbro.Storage.BTree.Trees;

/// <summary>Look-ups in a tree that does not change.</summary>
internal static unsafe class TreeReader
{
    /// <summary>Finds the value of a key; the pointer is valid as long as the version it was read from.</summary>
    /// <exception cref="CorruptionException">A page on the way is damaged.</exception>
    public static bool TryFind(PageSpace pages, in TreeRoot root, byte* key, int keyLength, out byte* value, out int valueLength)
    {
        if (root.Page == 0)
        {
            value = null;
            valueLength = 0;
            return false;
        }

        var page = pages.Node(root.Page);
        var level = (int)root.Depth - 1;
        if (NodePage.Header(page)->Level != level)
            throw pages.Damaged(root.Page, $"level {level}");
        while (level > 0)
        {
            var child = NodePage.Child(page, NodePage.ChildIndex(page, key, keyLength));
            page = pages.Node(child);
            level--;
            if (NodePage.Header(page)->Level != level)
                throw pages.Damaged(child, $"level {level}, found {NodePage.Header(page)->Level}");
        }

        var index = NodePage.LeafLowerBound(page, key, keyLength, out var exact);
        if (!exact)
        {
            pages.ThrowIfLost();
            value = null;
            valueLength = 0;
            return false;
        }

        Value(pages, page, index, out value, out valueLength);
        pages.ThrowIfLost();
        return true;
    }

    /// <summary>The value at a slot of a leaf, wherever it is kept.</summary>
    public static void Value(PageSpace pages, byte* leaf, int index, out byte* value, out int length)
    {
        var cell = NodePage.Cell(leaf, index);
        var word = *(uint*)cell;
        if ((word & NodePage.OverflowFlag) == 0)
        {
            value = cell + NodePage.LeafCellOverhead + NodePage.KeyLength(leaf, index);
            length = (int)word;
            return;
        }

        var run = NodePage.OverflowRun(leaf, index);
        var page = pages.Run(run, PageKind.Overflow);
        length = (int)(word & ~NodePage.OverflowFlag);
        if (((PageHeader*)page)->PayloadLength != (uint)length)
            throw pages.Damaged(run, $"a value of {length} bytes, found {((PageHeader*)page)->PayloadLength}");
        value = page + PageHeader.Size;
        PageSpace.Touch(value, length);
    }
}
