using Gabbro.Storage.BTree.Pages;

namespace Gabbro.Storage.BTree.Trees;

/// <summary>Walks a whole tree and checks everything the algorithms promise; gathers what the statistics show.</summary>
internal sealed unsafe class TreeChecker(PageSpace pages, Action<ulong, uint> visitRun)
{
    private byte[] _previousKey = [];
    private bool _hasPrevious;

    public ulong Records { get; private set; }

    public ulong LeafPages { get; private set; }

    public ulong BranchPages { get; private set; }

    public ulong OverflowPages { get; private set; }

    /// <summary>Bytes in use within leaves and branches.</summary>
    public ulong UsedBytes { get; private set; }

    /// <summary>Bytes of keys and values.</summary>
    public ulong DataBytes { get; private set; }

    /// <summary>Walks the tree.</summary>
    /// <exception cref="CorruptionException">Something does not hold.</exception>
    public void Check(in TreeRoot root)
    {
        if (root.Page == 0)
        {
            if (root.Records != 0 || root.Depth != 0)
                throw pages.Damaged(0, $"an empty tree without records, found {root.Records} at depth {root.Depth}");
            return;
        }

        var before = Records;
        _hasPrevious = false;
        Visit(root.Page, (int)root.Depth - 1, [], null);
        if (Records - before != root.Records)
            throw pages.Damaged(root.Page, $"{root.Records} records below the root, found {Records - before}");
    }

    private void Visit(ulong number, int level, byte[] lower, byte[]? upper)
    {
        var page = pages.Node(number);
        var header = NodePage.Header(page);
        visitRun(number, 1);
        if (header->Level != level)
            throw pages.Damaged(number, $"level {level}, found {header->Level}");
        UsedBytes += (ulong)NodePage.UsedSpace(page, pages.Geometry.PageSize);
        CheckSlots(number, page, lower, upper);
        if (NodePage.IsLeaf(page))
        {
            LeafPages++;
            Records += header->Count;
            VisitRecords(number, page, lower, upper);
            return;
        }

        BranchPages++;
        if (NodePage.KeyLength(page, 0) != 0)
            throw pages.Damaged(number, "a first child without a key");
        for (var i = 0; i < header->Count; i++)
        {
            var childLower = i == 0 ? lower : KeyAt(page, i);
            var childUpper = i + 1 < header->Count ? KeyAt(page, i + 1) : upper;
            if (i > 0 && (childLower.AsSpan().SequenceCompareTo(lower) <= 0 || !IsBelow(childLower, upper)))
                throw pages.Damaged(number, $"separator {i} between the node's fences");
            if (i > 1 && childLower.AsSpan().SequenceCompareTo(KeyAt(page, i - 1)) <= 0)
                throw pages.Damaged(number, $"ascending separators, found {i} at or below the one before");
            Visit(NodePage.Child(page, i), level - 1, childLower, childUpper);
        }
    }

    private void VisitRecords(ulong number, byte* page, byte[] lower, byte[]? upper)
    {
        for (var i = 0; i < NodePage.Count(page); i++)
        {
            var key = new ReadOnlySpan<byte>(NodePage.LeafKey(page, i), NodePage.KeyLength(page, i));
            if (key.SequenceCompareTo(lower) < 0 || !IsBelow(key, upper))
                throw pages.Damaged(number, $"key {i} between the leaf's fences");
            if (_hasPrevious && key.SequenceCompareTo(_previousKey) <= 0)
                throw pages.Damaged(number, $"ascending keys, found {i} at or below the one before");
            _previousKey = key.ToArray();
            _hasPrevious = true;
            TreeReader.Value(pages, page, i, out _, out var length);
            DataBytes += (ulong)(key.Length + length);
            if ((NodePage.ValueWord(page, i) & NodePage.OverflowFlag) == 0)
                continue;
            var run = NodePage.OverflowRun(page, i);
            var pagesInRun = NodePage.Header(pages.Run(run, PageKind.Overflow))->Sequence;
            visitRun(run, pagesInRun);
            OverflowPages += pagesInRun;
        }
    }

    private void CheckSlots(ulong number, byte* page, byte[] lower, byte[]? upper)
    {
        int skip = NodePage.Header(page)->Skip;
        if (skip > 0)
        {
            if (upper == null || lower.Length < skip || upper.Length < skip || !lower.AsSpan(0, skip).SequenceEqual(upper.AsSpan(0, skip)))
                throw pages.Damaged(number, $"fences that share {skip} bytes");
        }

        for (var i = 0; i < NodePage.Count(page); i++)
        {
            var length = NodePage.KeyLength(page, i);
            var head = length < skip ? 0 : KeyBytes.Head(NodePage.Key(page, i), length, skip);
            if ((uint)(NodePage.Slots(page)[i] >> 32) != head)
                throw pages.Damaged(number, $"head {head:x8} in slot {i}");
        }
    }

    private static byte[] KeyAt(byte* page, int index) =>
        new ReadOnlySpan<byte>(NodePage.BranchKey(page, index), NodePage.KeyLength(page, index)).ToArray();

    private static bool IsBelow(ReadOnlySpan<byte> key, byte[]? upper) => upper == null || key.SequenceCompareTo(upper) < 0;
}
