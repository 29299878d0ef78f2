using System.Runtime.InteropServices;

namespace Gabbro.Storage.BTree.Engine;

/// <summary>A growing list of page runs off the GC heap.</summary>
internal sealed unsafe class PageRunList : IDisposable
{
    private PageRun* _items = (PageRun*)NativeMemory.Alloc(64, (nuint)sizeof(PageRun));
    private int _capacity = 64;

    public int Count { get; private set; }

    public PageRun this[int index] => _items[index];

    public void Add(ulong page, uint run)
    {
        if (Count == _capacity)
        {
            _capacity *= 2;
            _items = (PageRun*)NativeMemory.Realloc(_items, (nuint)_capacity * (nuint)sizeof(PageRun));
        }

        _items[Count++] = new PageRun(page, run);
    }

    public bool TryPop(out PageRun run)
    {
        if (Count == 0)
        {
            run = default;
            return false;
        }

        run = _items[--Count];
        return true;
    }

    public void CutBack(int count) => Count = count;

    public void Dispose()
    {
        NativeMemory.Free(_items);
        _items = null;
        Count = 0;
        _capacity = 0;
    }
}
