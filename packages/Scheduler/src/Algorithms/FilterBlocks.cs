using System.Buffers;
using System.Runtime.CompilerServices;

using Gabbro.Scheduler.Jobs;

namespace Gabbro.Scheduler.Algorithms;

/// <summary>
/// A filter in two steps: each block's kept elements go, packed, to the front of the block's place in a buffer (and the
/// others, if wanted, to its back in reverse); then, the counts being known, each block moves to its final place.
/// </summary>
internal sealed unsafe class FilterBlocks<T, TFunc> : IDisposable
    where TFunc : struct, IValueFunc<T, bool>
{
    /// <summary>A block's part of the buffer should still be in the second-level cache when it is moved.</summary>
    private const int BlockBytes = 128 << 10;

    private readonly Slice<T> _source;
    private readonly TFunc _predicate;
    private readonly WorkPool _pool;
    private readonly bool _keepRest;
    private readonly int _blockLength;
    private readonly T[] _buffer;

    /// <summary>First how many a block keeps, then where they go.</summary>
    private readonly int[] _counts;
    private readonly int[] _places;

    public FilterBlocks(Slice<T> source, TFunc predicate, WorkPool pool, bool keepRest = false)
    {
        _source = source;
        _predicate = predicate;
        _pool = pool;
        _keepRest = keepRest;
        _blockLength = Math.Max(64, BlockBytes / Unsafe.SizeOf<T>());
        var blocks = (int)(((long)source.Length + _blockLength - 1) / _blockLength);
        _buffer = ArrayPool<T>.Shared.Rent(source.Length);
        _counts = new int[blocks];
        _places = new int[blocks];
    }

    public int Kept { get; private set; }

    public void Filter(CancellationToken cancellationToken)
    {
        RangeLoop.Run<Step, Nothing>(_pool, new Step(this, 0, default), 0, _counts.Length, cancellationToken);
        var place = 0;
        for (var i = 0; i < _counts.Length; i++)
        {
            _places[i] = place;
            place += _counts[i];
        }

        Kept = place;
    }

    public void MoveKept(Slice<T> destination, CancellationToken cancellationToken) =>
        RangeLoop.Run<Step, Nothing>(_pool, new Step(this, 1, destination), 0, _counts.Length, cancellationToken);

    public void MoveAll(Slice<T> destination) =>
        RangeLoop.Run<Step, Nothing>(_pool, new Step(this, 2, destination), 0, _counts.Length, CancellationToken.None);

    public void Dispose() =>
        ArrayPool<T>.Shared.Return(_buffer, RuntimeHelpers.IsReferenceOrContainsReferences<T>());

    private void FilterBlock(int number)
    {
        var f = _predicate;
        var (from, to) = Bounds(number);
        var items = _source.Span(from, to);
        var kept = _buffer.AsSpan(from, items.Length);
        var count = 0;
        if (_keepRest)
        {
            var rest = items.Length;
            foreach (var item in items)
            {
                if (f.Invoke(item))
                    kept[count++] = item;
                else
                    kept[--rest] = item;
            }
        }
        else
        {
            // Always written, advanced only if kept: no branch to mispredict. The last write of a block is within it, since
            // count is below the number of elements seen.
            foreach (var item in items)
            {
                kept[count] = item;
                count += f.Invoke(item) ? 1 : 0;
            }
        }

        _counts[number] = count;
    }

    private void MoveBlock(int number, Slice<T> destination, bool rest)
    {
        var (from, to) = Bounds(number);
        var count = _counts[number];
        var place = _places[number];
        _buffer.AsSpan(from, count).CopyTo(destination.Span(place, place + count));
        if (!rest)
            return;

        // Before this block came from - place elements that were not kept.
        var target = destination.Span(Kept + from - place, Kept + from - place + (to - from - count));
        for (var i = 0; i < target.Length; i++)
            target[i] = _buffer[to - 1 - i];
    }

    private (int From, int To) Bounds(int number)
    {
        var from = number * _blockLength;
        return (from, (int)Math.Min(_source.Length, (long)from + _blockLength));
    }

    private readonly struct Step(FilterBlocks<T, TFunc> blocks, int step, Slice<T> destination) : IRangeFold<Nothing>
    {
        public Nothing Identity => default;

        public Nothing Fold(Nothing before, long from, long to, LoopControl control)
        {
            for (var i = (int)from; i < (int)to; i++)
            {
                if (step == 0)
                    blocks.FilterBlock(i);
                else
                    blocks.MoveBlock(i, destination, rest: step == 2);
            }

            return default;
        }

        public Nothing Combine(Nothing left, Nothing right) => default;
    }
}
