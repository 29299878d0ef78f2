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
    public static TResult Run<TFold, TResult>(
        WorkPool pool, in TFold fold, long from, long to, CancellationToken cancellationToken, long minChunk = 1, bool eager = false)
        where TFold : struct, IRangeFold<TResult>
    {
        var control = LoopControl.Rent(pool, cancellationToken);
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
}
