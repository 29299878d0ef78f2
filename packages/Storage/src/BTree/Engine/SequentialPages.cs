using Gabbro.Storage.BTree.Trees;

namespace Gabbro.Storage.BTree.Engine;

/// <summary>Pages of a file that is being built: one after the other.</summary>
internal sealed class SequentialPages(DatabaseFile file, ulong transaction) : IPageWriter
{
    public ulong Transaction => transaction;

    public uint Sequence => 0;

    public ulong PageCount { get; private set; } = file.Pages.Geometry.FirstPage;

    public ulong Allocate(uint run)
    {
        var page = PageCount;
        file.EnsurePages(page + run);
        PageCount += run;
        return page;
    }

    public void Free(ulong page, uint run) => throw new InvalidOperationException("A tree under construction frees nothing.");
}
