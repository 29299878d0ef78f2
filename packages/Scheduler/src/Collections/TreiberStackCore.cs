using System.Runtime.CompilerServices;

using Gabbro.Scheduler.Atomics;

namespace Gabbro.Scheduler.Collections;

/// <summary>R. K. Treiber, "Systems Programming: Coping with Parallelism" (1986). Every push has a fresh node.</summary>
internal struct TreiberStackCore<T, TAtomics>
    where TAtomics : struct, IAtomics
{
    private object? _top;

    public long Retries { get; private set; }

    public bool IsEmpty => TAtomics.Load(ref _top) is null;

    public void Push(T item)
    {
        var node = new Node { Item = item };
        var top = TAtomics.Load(ref _top);
        for (var round = 0; ; round++)
        {
            node.Next = Unsafe.As<Node>(top);
            var found = TAtomics.CompareExchange(ref _top, node, top);
            if (ReferenceEquals(found, top))
                return;
            top = found;
            Retries++;
            TAtomics.Pause(Math.Min(round, 6));
        }
    }

    public bool TryPop(out T item)
    {
        var top = TAtomics.Load(ref _top);
        for (var round = 0; top is not null; round++)
        {
            // While we hold the node it cannot come back as another one: the garbage collector answers ABA.
            var node = Unsafe.As<Node>(top);
            var found = TAtomics.CompareExchange(ref _top, node.Next, top);
            if (ReferenceEquals(found, top))
            {
                item = node.Item;
                return true;
            }

            top = found;
            Retries++;
            TAtomics.Pause(Math.Min(round, 6));
        }

        item = default!;
        return false;
    }

    private sealed class Node
    {
        public T Item = default!;
        public Node? Next;
    }
}
