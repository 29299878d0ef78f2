using Gabbro.Storage.Lsm.Epochs;

namespace Gabbro.Storage.Lsm.Caching;

/// <summary>
/// Keeps blocks in native memory up to a size, by S3-FIFO (Yang et al., SOSP 2023): new blocks pass through a small
/// queue and reach the main one only when used again, so that a scan does not wash out what is hot.
/// </summary>
/// <remarks>
/// There is no lookup table: each table holds a word a block that points to its frame, so a hit is one load, and
/// touches no lock and no shared counter but the frame's own use count. The lock is taken on misses only.
/// </remarks>
internal sealed unsafe class BlockCache
{
    private const byte Small = 1;
    private const byte Main = 2;
    private const byte MaxUses = 3;
    private const int GhostBits = 15;

    private readonly Lock _lock = new();
    private readonly uint[] _ghosts = new uint[1 << GhostBits];
    private readonly Stack<RetiredFrames> _spare = new();
    private RetiredFrames _retiring;
    private FrameQueue _small;
    private FrameQueue _main;
    private long _evictions;

    public BlockCache(long capacity)
    {
        Capacity = capacity;
        _retiring = new RetiredFrames(this);
    }

    public long Capacity { get; }

    public long Used => _small.Bytes + _main.Bytes;

    public long Evictions => Interlocked.Read(ref _evictions);

    /// <summary>Counts a use; races lose counts, which is harmless.</summary>
    public static void Touch(BlockFrame* frame)
    {
        if (frame->Uses < MaxUses)
            frame->Uses++;
    }

    /// <summary>
    /// Makes a new frame reachable through its slot. Inside an epoch. When another thread was faster its frame is
    /// returned and this one freed.
    /// </summary>
    public BlockFrame* Publish(BlockFrame* frame, nint* slot, ulong identity)
    {
        frame->Slot = slot;
        frame->Identity = identity;
        lock (_lock)
        {
            if (*slot != 0)
            {
                BlockFrame.Release(frame);
                return (BlockFrame*)*slot;
            }

            Volatile.Write(ref *slot, (nint)frame);
            if (ForgetGhost(identity))
            {
                frame->Queue = Main;
                _main.Push(frame);
            }
            else
            {
                frame->Queue = Small;
                _small.Push(frame);
            }

            while (_small.Bytes + _main.Bytes > Capacity)
                EvictOneUnsynchronized();
        }

        return frame;
    }

    /// <summary>Drops every frame reachable through these slots; their table is closing and has no readers.</summary>
    public void Drop(nint* slots, int count)
    {
        lock (_lock)
        {
            for (var i = 0; i < count; i++)
            {
                var frame = (BlockFrame*)slots[i];
                if (frame == null)
                    continue;
                if (frame->Queue == Main)
                    _main.Remove(frame);
                else
                    _small.Remove(frame);
                RetireUnsynchronized(frame);
            }

            if (_retiring.IsEmpty)
                return;
            FlushRetiringUnsynchronized();
        }

        Epoch.Collect();
    }

    internal void Recycle(RetiredFrames frames)
    {
        lock (_spare)
            _spare.Push(frames);
    }

    private void EvictOneUnsynchronized()
    {
        // The small queue is held to a tenth; the paper found nothing better over thousands of traces.
        if (_small.Oldest != null && (_small.Bytes > Capacity / 10 || _main.Oldest == null))
        {
            var frame = _small.Oldest;
            _small.Remove(frame);
            if (frame->Uses > 0)
            {
                frame->Uses = 0;
                frame->Queue = Main;
                _main.Push(frame);
                return;
            }

            RememberGhost(frame->Identity);
            RetireUnsynchronized(frame);
            return;
        }

        var oldest = _main.Oldest;
        _main.Remove(oldest);
        if (oldest->Uses > 0)
        {
            oldest->Uses--;
            _main.Push(oldest);
            return;
        }

        RetireUnsynchronized(oldest);
    }

    private void RetireUnsynchronized(BlockFrame* frame)
    {
        Volatile.Write(ref *frame->Slot, 0);
        _evictions++;
        _retiring.Add(frame);
        if (_retiring.IsFull)
            FlushRetiringUnsynchronized();
    }

    private void FlushRetiringUnsynchronized()
    {
        var full = _retiring;
        lock (_spare)
            _retiring = _spare.Count > 0 ? _spare.Pop() : new RetiredFrames(this);
        Epoch.Retire(full);
    }

    private void RememberGhost(ulong identity) => _ghosts[identity >> (64 - GhostBits)] = (uint)identity;

    private bool ForgetGhost(ulong identity)
    {
        ref var ghost = ref _ghosts[identity >> (64 - GhostBits)];
        if (ghost != (uint)identity)
            return false;
        ghost = 0;
        return true;
    }
}
