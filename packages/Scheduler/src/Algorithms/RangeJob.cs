using System.Diagnostics;

namespace Gabbro.Scheduler.Algorithms;

/// <summary>
/// The kernel of every loop: works through a stretch of indices in chunks and, whenever another worker wants work, forks
/// off the upper half of what is left.
/// </summary>
/// <remarks>
/// Lazy binary splitting after A. Tzannes, G. Caragea, U. Vishkin and R. Barua (PPoPP 2010), with two changes: the demand is
/// an explicit request of a thief rather than an empty deque, and the chunk grows by measured time, so one kernel serves
/// bodies of a nanosecond and of a second. Nothing is forked while nobody wants work.
/// </remarks>
internal struct RangeJob<TFold, TResult>(
    in TFold fold, LoopControl control, long from, long to, long chunk, long minChunk, bool eager, double ticksPerIndex = 0)
    : IForkJob<TResult>
    where TFold : struct, IRangeFold<TResult>
{
    /// <summary>A chunk shorter than this is doubled: polling and the clock (40 ns) then cost under one percent.</summary>
    private static readonly long s_shortChunk = Stopwatch.Frequency / 100_000;

    /// <summary>A chunk longer than this is halved, so that a thief waits no longer for its answer.</summary>
    private static readonly long s_longChunk = Stopwatch.Frequency / 20_000;

    /// <summary>Not worth sharing: waking a thief costs about as much.</summary>
    private static readonly long s_shortRest = Stopwatch.Frequency / 100_000;

    /// <summary>A measurement shorter than this is mostly the clock itself.</summary>
    private static readonly long s_clockNoise = Stopwatch.Frequency / 4_000_000;

    /// <summary>With no more indices than this the first one could be a good part of the loop: shared before it is measured.</summary>
    private const int FewIndices = 64;

    private readonly TFold _fold = fold;

    public TResult Run(ForkContext context)
    {
        var result = _fold.Identity;
        var position = from;
        var size = chunk;
        var ticks = ticksPerIndex;
        while (position < to && control.ShouldRun(position))
        {
            var left = to - position;
            if (left > minChunk && (eager || (context.IsWorkWanted && IsWorthSharing(left, ticks))) && control.TryBeginFork())
            {
                var middle = position + (left / 2);
                var (low, high) = context.Join<RangeJob<TFold, TResult>, RangeJob<TFold, TResult>, TResult, TResult>(
                    new RangeJob<TFold, TResult>(_fold, control, position, middle, size, minChunk, eager, ticks),
                    new RangeJob<TFold, TResult>(_fold, control, middle, to, size, minChunk, eager, ticks));
                control.EndFork();
                return _fold.Combine(result, _fold.Combine(low, high));
            }

            var end = Math.Min(to, position + size);
            var started = Stopwatch.GetTimestamp();
            try
            {
                result = _fold.Fold(result, position, end, control);
            }
            catch (Exception exception)
            {
                control.Fail(exception);
                return result;
            }

            var elapsed = Math.Max(1, Stopwatch.GetTimestamp() - started);
            if (elapsed >= s_clockNoise)
                ticks = (double)elapsed / (end - position);
            position = end;
            if (elapsed < s_shortChunk)
                size *= 2;
            else if (elapsed > s_longChunk && size > minChunk)
                size = Math.Max(minChunk, size / 2);
        }

        return result;
    }

    private static bool IsWorthSharing(long left, double ticks) =>
        ticks == 0 ? left <= FewIndices : left * ticks > s_shortRest;
}
