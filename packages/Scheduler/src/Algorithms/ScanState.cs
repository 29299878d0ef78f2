using System.Runtime.CompilerServices;

using Gabbro.Scheduler.Atomics;

namespace Gabbro.Scheduler.Algorithms;

/// <summary>The blocks of one scan and what is known about each.</summary>
internal sealed class ScanState<T, TFunc>
    where TFunc : struct, IValueFunc<T, T, T>
{
    private const int Unknown = 0;

    /// <summary>The block's own elements are combined.</summary>
    private const int HasAggregate = 1;

    /// <summary>Everything up to the end of the block is combined.</summary>
    private const int HasPrefix = 2;

    /// <summary>
    /// A block is read twice, so it should stay in the second-level cache with its results; 16 KiB, for the first level, was
    /// a third slower, because a worker is then done before its neighbour has seen its prefix.
    /// </summary>
    private const int BlockBytes = 128 << 10;

    private readonly Slice<T> _source;
    private readonly Slice<T> _destination;
    private readonly T _identity;
    private readonly TFunc _combine;
    private readonly bool _inclusive;
    private readonly int _blockLength;
    private readonly Block[] _blocks;
    private int _next;
    private int _failed;

    public ScanState(Slice<T> source, Slice<T> destination, T identity, TFunc combine, bool inclusive)
    {
        _source = source;
        _destination = destination;
        _identity = identity;
        _combine = combine;
        _inclusive = inclusive;
        _blockLength = Math.Max(64, BlockBytes / Unsafe.SizeOf<T>());
        _blocks = new Block[(int)(((long)source.Length + _blockLength - 1) / _blockLength)];
    }

    public int BlockCount => _blocks.Length;

    /// <summary>The prefix of the last block, once all participants have ended.</summary>
    public T Total => _blocks[^1].Prefix;

    public void Participate(LoopControl control)
    {
        try
        {
            while (control.ShouldRun(0) && Volatile.Read(ref _failed) == 0)
            {
                // In order: a block waits only for blocks that somebody has already taken and is working on.
                var number = Interlocked.Increment(ref _next) - 1;
                if (number >= _blocks.Length)
                    return;
                if (!TryScanBlock(number, control))
                    return;
            }

            Volatile.Write(ref _failed, control.ShouldRun(0) ? Volatile.Read(ref _failed) : 1);
        }
        catch
        {
            Volatile.Write(ref _failed, 1);
            throw;
        }
    }

    private bool TryScanBlock(int number, LoopControl control)
    {
        ref var block = ref _blocks[number];
        var from = number * _blockLength;
        var to = (int)Math.Min(_source.Length, (long)from + _blockLength);
        var f = _combine;
        if (number == 0)
        {
            block.Prefix = _inclusive ? ScanFirst(to) : ScanAfter(_identity, from, to);
            Volatile.Write(ref block.Known, HasPrefix);
            return true;
        }

        if (Volatile.Read(ref _blocks[number - 1].Known) != HasPrefix)
        {
            block.Aggregate = Reduce(from, to);
            Volatile.Write(ref block.Known, HasAggregate);
        }

        if (!TryLookBack(number, control, out var before))
            return false;
        if (block.Known == HasAggregate)
        {
            // Others may go on before this block is written.
            block.Prefix = f.Invoke(before, block.Aggregate);
            Volatile.Write(ref block.Known, HasPrefix);
            ScanAfter(before, from, to);
        }
        else
        {
            block.Prefix = ScanAfter(before, from, to);
            Volatile.Write(ref block.Known, HasPrefix);
        }

        return true;
    }

    /// <summary>Everything before a block: its predecessors' aggregates back to the nearest prefix.</summary>
    private bool TryLookBack(int number, LoopControl control, out T before)
    {
        var f = _combine;
        var have = false;
        T sum = default!;
        for (var i = number - 1; ; i--)
        {
            ref var block = ref _blocks[i];
            int known;
            for (var round = 0; (known = Volatile.Read(ref block.Known)) == Unknown; round++)
            {
                if (Volatile.Read(ref _failed) != 0 || !control.ShouldRun(0))
                {
                    before = default!;
                    return false;
                }

                // Short turns: the predecessor is a few microseconds from its end. Yields once it takes unusually long.
                HardwareAtomics.Pause(round < 200 ? Math.Min(round, 3) : round);
            }

            var value = known == HasPrefix ? block.Prefix : block.Aggregate;
            sum = have ? f.Invoke(value, sum) : value;
            have = true;
            if (known == HasPrefix)
            {
                before = sum;
                return true;
            }
        }
    }

    private T Reduce(int from, int to)
    {
        var f = _combine;
        var items = _source.Span(from, to);
        var sum = items[0];
        for (var i = 1; i < items.Length; i++)
            sum = f.Invoke(sum, items[i]);
        return sum;
    }

    private T ScanFirst(int to)
    {
        var f = _combine;
        var items = _source.Span(0, to);
        var results = _destination.Span(0, to);
        var sum = items[0];
        results[0] = sum;
        for (var i = 1; i < items.Length; i++)
        {
            sum = f.Invoke(sum, items[i]);
            results[i] = sum;
        }

        return sum;
    }

    private T ScanAfter(T before, int from, int to)
    {
        var f = _combine;
        var items = _source.Span(from, to);
        var results = _destination.Span(from, to);
        if (_inclusive)
        {
            for (var i = 0; i < items.Length && i < results.Length; i++)
            {
                before = f.Invoke(before, items[i]);
                results[i] = before;
            }
        }
        else
        {
            for (var i = 0; i < items.Length && i < results.Length; i++)
            {
                // Read first: the destination may be the source.
                var item = items[i];
                results[i] = before;
                before = f.Invoke(before, item);
            }
        }

        return before;
    }

    private struct Block
    {
        public T Aggregate;
        public T Prefix;
        public int Known;
    }
}
