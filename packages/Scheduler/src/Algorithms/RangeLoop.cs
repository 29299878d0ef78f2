using Gabbro.Scheduler.Jobs;

namespace Gabbro.Scheduler.Algorithms;

/// <summary>Starts the loop kernel and surfaces what it leaves.</summary>
internal static class RangeLoop
{
    /// <param name="pool">Where.</param>
    /// <param name="fold">What to do.</param>
    /// <param name="from">First index.</param>
    /// <param name="to">One past the last.</param>
    /// <param name="cancellationToken">Stops the loop.</param>
    /// <param name="minChunk">Indices not worth splitting.</param>
    /// <param name="eager">Forks down to the minimum at once: for a few long pieces rather than many short ones.</param>
    /// <param name="degree">Workers that may be in the loop at once; -1 for all.</param>
    public static TResult Run<TFold, TResult>(
        WorkPool pool, in TFold fold, long from, long to, CancellationToken cancellationToken, long minChunk = 1, bool eager = false, int degree = -1)
        where TFold : struct, IRangeFold<TResult>
    {
        var control = LoopControl.Rent(pool, cancellationToken, degree);
        TResult result;
        try
        {
            result = pool.Run<RangeJob<TFold, TResult>, TResult>(
                new RangeJob<TFold, TResult>(fold, control, from, to, minChunk, minChunk, eager));
        }
        finally
        {
            control.Return();
        }

        return result;
    }

    /// <summary>A loop whose bodies may leave it early.</summary>
    public static LoopResult RunStateful<TFold>(
        WorkPool pool, Func<LoopState, TFold> create, long from, long to, ParallelOptions options, bool eager = false)
        where TFold : struct, IRangeFold<Nothing>
    {
        var control = LoopControl.Rent(pool, options.CancellationToken, options.MaxDegreeOfParallelism);
        var state = new LoopState(control);
        try
        {
            pool.Run<RangeJob<TFold, Nothing>, Nothing>(
                new RangeJob<TFold, Nothing>(create(state), control, from, to, 1, 1, eager));
            return new LoopResult(control.Limit == long.MaxValue, state.LowestBreakIteration);
        }
        finally
        {
            control.Return();
        }
    }
}
