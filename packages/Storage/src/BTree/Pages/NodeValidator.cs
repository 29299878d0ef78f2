namespace Gabbro.Storage.BTree.Pages;

/// <summary>
/// Checks once, when a page first comes from a file, everything the pointer arithmetic of <see cref="NodePage"/> relies on,
/// so that no content of a file can lead a reader outside the page.
/// </summary>
internal static unsafe class NodeValidator
{
    /// <summary>What is wrong with the page, or null.</summary>
    public static string? FindFault(byte* page, in PageGeometry geometry)
    {
        var header = NodePage.Header(page);
        if (header->Kind is not (PageKind.Leaf or PageKind.Branch))
            return $"a node, found kind {(byte)header->Kind}";
        if ((header->Kind == PageKind.Leaf) != (header->Level == 0))
            return $"level 0 exactly for leaves, found {header->Kind} at level {header->Level}";
        if (header->Level >= TreeLimits.MaximumDepth)
            return $"a level below {TreeLimits.MaximumDepth}, found {header->Level}";
        var slotsEnd = PageHeader.Size + (header->Count * NodePage.SlotSize);
        if (header->HeapStart > geometry.PageSize || slotsEnd > header->HeapStart)
            return $"{header->Count} slots below the heap, found the heap at {header->HeapStart}";
        if (header->Kind == PageKind.Branch && header->Count == 0)
            return "a branch with a child, found none";
        long cells = 0;
        for (var i = 0; i < header->Count; i++)
        {
            var fault = FindCellFault(page, i, header, geometry, ref cells);
            if (fault != null)
                return fault;
        }

        return header->HeapStart + header->Garbage + cells != geometry.PageSize
            ? $"a heap of {cells} live and {header->Garbage} dead bytes, found it at {header->HeapStart}"
            : null;
    }

    private static string? FindCellFault(byte* page, int index, PageHeader* header, in PageGeometry geometry, ref long cells)
    {
        var slot = NodePage.Slots(page)[index];
        var offset = (int)(ushort)slot;
        var keyLength = (int)(ushort)(slot >> 16);
        if (offset < header->HeapStart)
            return $"cell {index} inside the heap, found it at {offset}";
        var isFirstOfBranch = header->Kind == PageKind.Branch && index == 0;
        if (keyLength > geometry.MaximumKey || (isFirstOfBranch && keyLength != 0))
            return $"a key of at most {geometry.MaximumKey} bytes in cell {index}, found {keyLength}";
        if (!isFirstOfBranch && keyLength < header->Skip)
            return $"a key of at least {header->Skip} bytes in cell {index}, found {keyLength}";
        if (offset + NodePage.BranchCellOverhead > geometry.PageSize && header->Kind == PageKind.Branch)
            return $"cell {index} within the page, found it at {offset}";
        if (offset + NodePage.LeafCellOverhead > geometry.PageSize)
            return $"cell {index} within the page, found it at {offset}";
        var size = CellSize(page, index, keyLength, header->Kind);
        if (size > geometry.MaximumEntry || offset + size > geometry.PageSize)
            return $"cell {index} within the page, found {size} bytes at {offset}";
        cells += size;
        return null;
    }

    private static long CellSize(byte* page, int index, int keyLength, PageKind kind)
    {
        if (kind == PageKind.Branch)
            return NodePage.BranchCellOverhead + keyLength;
        var word = NodePage.ValueWord(page, index);
        return (word & NodePage.OverflowFlag) != 0
            ? NodePage.OverflowCellOverhead + keyLength
            : NodePage.LeafCellOverhead + keyLength + (long)word;
    }
}
