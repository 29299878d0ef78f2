using System.Runtime.CompilerServices;

using Gabbro.Scheduler.Atomics;
using Gabbro.Scheduler.Reclamation;

namespace Gabbro.Scheduler.Collections;

/// <summary>
/// The queue of M. Michael and M. Scott (PODC 1996) with nodes that are used again: a node that was dequeued goes to its
/// dequeuer's spare list only after two epochs, so no thread can hold it across its reuse, which is the answer to ABA.
/// </summary>
internal sealed class MichaelScottCore<T, TAtomics>
    where TAtomics : struct, IAtomics
{
    private readonly EpochCore<TAtomics> _epochs = new();
    private object? _head;
    private object? _tail;
    private long _retries;

    public MichaelScottCore()
    {
        var dummy = new MichaelScottNode<T>();
        _head = dummy;
        _tail = dummy;
    }

    public long Retries => _retries;

    public bool IsEmpty => TAtomics.Load(ref Unsafe.As<MichaelScottNode<T>>(TAtomics.Load(ref _head))!.Next) is null;

    public MichaelScottHandle<T, TAtomics> Join() => MichaelScottHandle<T, TAtomics>.Join(_epochs);

    public void Enqueue(MichaelScottHandle<T, TAtomics> handle, T item)
    {
        var node = handle.TakeNode();
        node.Item = item;
        _epochs.Pin(handle.Record);
        while (true)
        {
            var tail = Unsafe.As<MichaelScottNode<T>>(TAtomics.Load(ref _tail))!;
            var next = TAtomics.Load(ref tail.Next);
            if (next is not null)
            {
                // Another enqueue is half done: finish it rather than wait.
                TAtomics.CompareExchange(ref _tail, next, tail);
                continue;
            }

            if (TAtomics.CompareExchange(ref tail.Next, node, null) is null)
            {
                TAtomics.CompareExchange(ref _tail, node, tail);
                break;
            }

            _retries++;
        }

        EpochCore<TAtomics>.Unpin(handle.Record);
    }

    public bool TryDequeue(MichaelScottHandle<T, TAtomics> handle, out T item)
    {
        MichaelScottNode<T>? unlinked = null;
        _epochs.Pin(handle.Record);
        while (true)
        {
            var head = Unsafe.As<MichaelScottNode<T>>(TAtomics.Load(ref _head))!;
            var next = Unsafe.As<MichaelScottNode<T>>(TAtomics.Load(ref head.Next));
            if (next is null)
            {
                item = default!;
                break;
            }

            // Tail must not fall behind head: a node it points to may not be unlinked.
            var tail = TAtomics.Load(ref _tail);
            if (ReferenceEquals(head, tail))
                TAtomics.CompareExchange(ref _tail, next, tail);
            if (ReferenceEquals(TAtomics.CompareExchange(ref _head, next, head), head))
            {
                // The winner alone reads the item: next is the dummy now, and nobody else touches a dummy's item.
                item = next.Item;
                next.Item = default!;
                unlinked = head;
                break;
            }

            _retries++;
        }

        EpochCore<TAtomics>.Unpin(handle.Record);
        if (unlinked is null)
            return false;
        handle.Retire(unlinked);
        return true;
    }
}
