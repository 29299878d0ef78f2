using System.Runtime.InteropServices;
using Gabbro.Storage.BTree.Pages;

namespace Gabbro.Storage.BTree.Engine;

/// <summary>The list of free pages that a checkpoint leaves: one run of pages with (first page, length) pairs of u64.</summary>
internal static unsafe class FreeListPages
{
    private const int ExtentSize = 2 * sizeof(ulong);

    /// <summary>Pages a list of so many extents takes.</summary>
    public static uint RunLength(in PageGeometry geometry, int extents) => geometry.RunLength((long)extents * ExtentSize);

    /// <summary>Writes and seals a list.</summary>
    public static void Write(PageSpace pages, ulong page, uint run, ulong transaction, ReadOnlySpan<PageRun> extents)
    {
        var address = pages.Raw(page);
        NodePage.Initialize(address, pages.Geometry.PageSize, page, transaction, run, PageKind.FreeList, 0);
        var header = NodePage.Header(address);
        header->HeapStart = 0;
        header->PayloadLength = (uint)(extents.Length * ExtentSize);
        var words = (ulong*)(address + PageHeader.Size);
        foreach (var extent in extents)
        {
            *words++ = extent.Page;
            *words++ = extent.Length;
        }

        var end = address + ((long)run << pages.Shift);
        NativeMemory.Clear(words, (nuint)(end - (byte*)words));
        pages.Seal(page, run);
    }

    /// <summary>Reads a list.</summary>
    /// <exception cref="CorruptionException">It is damaged.</exception>
    public static PageRun[] Read(PageSpace pages, ulong page)
    {
        var address = pages.Run(page, PageKind.FreeList);
        var header = NodePage.Header(address);
        var extents = new PageRun[header->PayloadLength / ExtentSize];
        var words = (ulong*)(address + PageHeader.Size);
        for (var i = 0; i < extents.Length; i++, words += 2)
            extents[i] = new PageRun(words[0], checked((uint)words[1]));
        return extents;
    }
}
