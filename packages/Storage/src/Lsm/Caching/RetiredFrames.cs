using Gabbro.Storage.Lsm.Epochs;

namespace Gabbro.Storage.Lsm.Caching;

/// <summary>Evicted frames that share one grace period; filled, retired, freed and filled again.</summary>
internal sealed unsafe class RetiredFrames(BlockCache owner) : IRetired
{
    public const int Capacity = 32;
    private readonly nint[] _frames = new nint[Capacity];
    private int _count;

    public bool IsFull => _count == Capacity;

    public bool IsEmpty => _count == 0;

    public void Add(BlockFrame* frame) => _frames[_count++] = (nint)frame;

    public void Free()
    {
        for (var i = 0; i < _count; i++)
            BlockFrame.Release((BlockFrame*)_frames[i]);
        _count = 0;
        owner.Recycle(this);
    }
}
