namespace Gabbro.Scheduler.Algorithms;

/// <summary>What the loop kernel does with a stretch of indices.</summary>
internal interface IRangeFold<TResult>
{
    /// <summary>The result of no index at all.</summary>
    TResult Identity { get; }

    /// <summary>Adds the indices from <paramref name="from"/> up to <paramref name="to"/> to what came before them.</summary>
    TResult Fold(TResult before, long from, long to, LoopControl control);

    /// <summary>Joins the results of two neighbouring stretches, in order.</summary>
    TResult Combine(TResult left, TResult right);
}
