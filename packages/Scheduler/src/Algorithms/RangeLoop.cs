namespace Gabbro.Scheduler.Algorithms;

/// <summary>Starts the loop kernel and surfaces what it leaves.</summary>
internal static class RangeLoop
{
    public static TResult Run<TFold, TResult>(
        WorkPool pool, in TFold fold, long from, long to, CancellationToken cancellationToken, long minChunk = 1)
        where TFold : struct, IRangeFold<TResult>
    {
        var control = LoopControl.Rent(pool, cancellationToken);
        TResult result;
        try
        {
            result = pool.Run<RangeJob<TFold, TResult>, TResult>(
                new RangeJob<TFold, TResult>(fold, control, from, to, minChunk, minChunk));
        }
        finally
        {
            control.Return();
        }

        return result;
    }
}
