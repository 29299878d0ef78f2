using System.Runtime.InteropServices;
using Gabbro.Storage.BTree.Pages;
using Gabbro.Storage.BTree.Trees;

namespace Gabbro.Storage.Tests.BTree;

/// <summary>Pages in memory with a transaction number that a test moves on, so that trees can be tested without a database.</summary>
internal sealed unsafe class MemoryPages : IPageWriter, IDisposable
{
    private readonly byte* _memory;
    private readonly Stack<ulong> _free = new();
    private readonly List<ulong> _freedNow = [];
    private ulong _next;

    public MemoryPages(int pageSize, long capacity = 1 << 28)
    {
        var geometry = new PageGeometry(pageSize);
        _memory = (byte*)NativeMemory.AllocZeroed((nuint)capacity);
        Space = new PageSpace("memory", _memory, capacity, () => capacity, geometry, salt: 42);
        _next = geometry.FirstPage;
    }

    public PageSpace Space { get; }

    public ulong Transaction { get; private set; } = 1;

    public uint Sequence { get; set; }

    public int InUse { get; private set; }

    public int Allocations { get; private set; }

    public ulong Allocate(uint run)
    {
        InUse += (int)run;
        Allocations++;
        if (run == 1 && _free.TryPop(out var page))
            return page;
        page = _next;
        _next += run;
        return page;
    }

    public void Free(ulong page, uint run)
    {
        InUse -= (int)run;
        for (uint i = 0; i < run; i++)
            _freedNow.Add(page + i);
    }

    /// <summary>Ends the transaction: pages freed in it can be used again, all others must be copied before they change.</summary>
    public void NextTransaction()
    {
        Transaction++;
        foreach (var page in _freedNow)
            _free.Push(page);
        _freedNow.Clear();
    }

    public void Dispose()
    {
        Space.Dispose();
        NativeMemory.Free(_memory);
    }
}
