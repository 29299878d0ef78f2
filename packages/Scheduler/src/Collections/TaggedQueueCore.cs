using System.Runtime.CompilerServices;

using Gabbro.Scheduler.Atomics;

namespace Gabbro.Scheduler.Collections;

/// <summary>
/// The queue of M. Michael and M. Scott (PODC 1996) over a fixed array of nodes, as in the paper: a pointer is an index
/// with a tag in the same word, and every change of a pointer changes its tag, so that a node that went away and came back
/// does not look as if nothing had happened.
/// </summary>
/// <remarks>
/// The tag has 32 bits: a thread would have to be stopped for exactly 2^32 changes of one pointer to be deceived. Free nodes
/// form a stack with the same kind of pointer. Node 0 is the first dummy; index -1 is null.
/// </remarks>
internal struct TaggedQueueCore<T, TAtomics>
    where TAtomics : struct, IAtomics
{
    private const int Null = -1;

    private readonly Node[] _nodes;
    private RingIndices _ends;
    private CacheLine.PaddedInt64 _free;

    public TaggedQueueCore(int capacity)
    {
        _nodes = new Node[capacity + 1];
        for (var i = 0; i < _nodes.Length; i++)
            _nodes[i].Next = Pack(i == 0 || i == _nodes.Length - 1 ? Null : i + 1, 0);
        _ends.Head = Pack(0, 0);
        _ends.Tail = Pack(0, 0);
        _free.Value = Pack(capacity == 0 ? Null : 1, 0);
    }

    public readonly int Capacity => _nodes.Length - 1;

    public readonly long Retries => _ends.HeadRetries + _ends.TailRetries;

    public bool TryEnqueue(T item)
    {
        var index = TakeNode();
        if (index == Null)
            return false;
        ref var node = ref _nodes[index];
        node.Item = item;
        var old = TAtomics.Load(ref node.Next);
        TAtomics.Store(ref node.Next, Pack(Null, Tag(old) + 1));
        while (true)
        {
            var tail = TAtomics.Load(ref _ends.Tail);
            var next = TAtomics.Load(ref _nodes[Index(tail)].Next);
            if (tail != TAtomics.Load(ref _ends.Tail))
                continue;
            if (Index(next) != Null)
            {
                // Another enqueue is half done: finish it rather than wait.
                TAtomics.CompareExchange(ref _ends.Tail, Pack(Index(next), Tag(tail) + 1), tail);
                continue;
            }

            if (TAtomics.CompareExchange(ref _nodes[Index(tail)].Next, Pack(index, Tag(next) + 1), next) == next)
            {
                TAtomics.CompareExchange(ref _ends.Tail, Pack(index, Tag(tail) + 1), tail);
                return true;
            }

            _ends.TailRetries++;
        }
    }

    public bool TryDequeue(out T item)
    {
        while (true)
        {
            var head = TAtomics.Load(ref _ends.Head);
            var tail = TAtomics.Load(ref _ends.Tail);
            var next = TAtomics.Load(ref _nodes[Index(head)].Next);
            if (head != TAtomics.Load(ref _ends.Head))
                continue;
            if (Index(next) == Null)
            {
                item = default!;
                return false;
            }

            if (Index(head) == Index(tail))
            {
                TAtomics.CompareExchange(ref _ends.Tail, Pack(Index(next), Tag(tail) + 1), tail);
                continue;
            }

            // Before the swap: afterwards the node may be reused. A copy taken from a reused node is thrown away with the
            // lost swap.
            item = _nodes[Index(next)].Item;
            if (TAtomics.CompareExchange(ref _ends.Head, Pack(Index(next), Tag(head) + 1), head) == head)
            {
                ReturnNode(Index(head));
                return true;
            }

            _ends.HeadRetries++;
        }
    }

    private int TakeNode()
    {
        var top = TAtomics.Load(ref _free.Value);
        while (Index(top) != Null)
        {
            var below = Index(TAtomics.Load(ref _nodes[Index(top)].Next));
            var found = TAtomics.CompareExchange(ref _free.Value, Pack(below, Tag(top) + 1), top);
            if (found == top)
                return Index(top);
            top = found;
        }

        return Null;
    }

    private void ReturnNode(int index)
    {
        ref var node = ref _nodes[index];
        if (RuntimeHelpers.IsReferenceOrContainsReferences<T>())
            node.Item = default!;
        var old = TAtomics.Load(ref node.Next);
        var top = TAtomics.Load(ref _free.Value);
        while (true)
        {
            TAtomics.Store(ref node.Next, Pack(Index(top), Tag(old) + 1));
            var found = TAtomics.CompareExchange(ref _free.Value, Pack(index, Tag(top) + 1), top);
            if (found == top)
                return;
            top = found;
        }
    }

    private static int Index(long pointer) => (int)pointer;

    private static int Tag(long pointer) => (int)(pointer >> 32);

    private static long Pack(int index, int tag) => ((long)tag << 32) | (uint)index;

    private struct Node
    {
        public long Next;
        public T Item;
    }
}
