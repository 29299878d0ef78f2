using System.Numerics;

namespace Gabbro.Storage.BTree.Pages;

/// <summary>Everything that follows from a page size.</summary>
internal readonly struct PageGeometry
{
    public const int MinimumPageSize = 512;
    public const int MaximumPageSize = 65536;
    public const int DefaultPageSize = 4096;

    /// <summary>Bytes at the start of the file kept for the two meta records.</summary>
    public const int MetaRegion = 8192;

    public PageGeometry(int pageSize)
    {
        PageSize = pageSize;
        Shift = BitOperations.Log2((uint)pageSize);
        Usable = pageSize - PageHeader.Size;
        MaximumEntry = Usable / 4;
        MaximumKey = MaximumEntry - NodePage.SlotSize - NodePage.OverflowCellOverhead;
        FirstPage = (ulong)Math.Max(1, MetaRegion / pageSize);
    }

    public int PageSize { get; }

    /// <summary>log2 of the page size.</summary>
    public int Shift { get; }

    /// <summary>Bytes for slots and cells.</summary>
    public int Usable { get; }

    /// <summary>Largest slot plus cell: at least four entries fit a node, so every split finds a point.</summary>
    public int MaximumEntry { get; }

    /// <summary>Longest key: its entry must fit with an overflow reference in place of the value.</summary>
    public int MaximumKey { get; }

    /// <summary>The first page number that can hold data.</summary>
    public ulong FirstPage { get; }

    public static bool IsValid(int pageSize) =>
        pageSize is >= MinimumPageSize and <= MaximumPageSize && BitOperations.IsPow2(pageSize);

    /// <summary>Pages in the run that holds a payload of so many bytes.</summary>
    public uint RunLength(long payload) => (uint)((PageHeader.Size + payload + PageSize - 1) >> Shift);
}
