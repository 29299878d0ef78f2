namespace Gabbro.Storage.Lsm.Caching;

/// <summary>A doubly linked first-in first-out queue of frames, with the bytes they take.</summary>
internal unsafe struct FrameQueue
{
    private BlockFrame* _newest;
    private BlockFrame* _oldest;

    public long Bytes { get; private set; }

    public readonly BlockFrame* Oldest => _oldest;

    public void Push(BlockFrame* frame)
    {
        frame->Newer = null;
        frame->Older = _newest;
        if (_newest != null)
            _newest->Newer = frame;
        else
            _oldest = frame;
        _newest = frame;
        Bytes += frame->Charge;
    }

    public void Remove(BlockFrame* frame)
    {
        if (frame->Newer != null)
            frame->Newer->Older = frame->Older;
        else
            _newest = frame->Older;
        if (frame->Older != null)
            frame->Older->Newer = frame->Newer;
        else
            _oldest = frame->Newer;
        Bytes -= frame->Charge;
    }
}
