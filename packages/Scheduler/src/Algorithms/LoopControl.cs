namespace Gabbro.Scheduler.Algorithms;

/// <summary>
/// What the pieces of one running loop share: whether to stop, and what failed. Rented from the calling thread, so a loop
/// allocates nothing.
/// </summary>
internal sealed class LoopControl
{
    [ThreadStatic]
    private static LoopControl? t_spare;

    private List<Exception>? _failures;
    private long _limit;
    private int _forksLeft;
    private LoopControl? _next;

    public CancellationToken CancellationToken { get; private set; }

    public WorkPool Pool { get; private set; } = null!;

    /// <summary>Pieces at or above this index need not run; lowered by failures, breaks and finds.</summary>
    public long Limit => Volatile.Read(ref _limit);

    /// <summary>A loop was left by Stop or a failure: nothing at all need run any more.</summary>
    public bool IsStopped => Limit == long.MinValue;

    public static LoopControl Rent(WorkPool pool, CancellationToken cancellationToken, int degree = -1)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var control = t_spare ?? new LoopControl();
        t_spare = control._next;
        control._next = null;
        control.Pool = pool;
        control.CancellationToken = cancellationToken;
        control._limit = long.MaxValue;
        control._forksLeft = degree == -1 ? int.MaxValue : degree - 1;
        return control;
    }

    /// <summary>Whether one more piece may run beside the others; if so <see cref="EndFork"/> must follow.</summary>
    public bool TryBeginFork()
    {
        var seen = Volatile.Read(ref _forksLeft);
        if (seen == int.MaxValue)
            return true;
        while (seen > 0)
        {
            var found = Interlocked.CompareExchange(ref _forksLeft, seen - 1, seen);
            if (found == seen)
                return true;
            seen = found;
        }

        return false;
    }

    public void EndFork()
    {
        if (Volatile.Read(ref _forksLeft) != int.MaxValue)
            Interlocked.Increment(ref _forksLeft);
    }

    /// <summary>Whether a piece beginning here should run.</summary>
    public bool ShouldRun(long index)
    {
        if (index >= Limit)
            return false;
        if (!CancellationToken.IsCancellationRequested)
            return true;
        LowerLimit(long.MinValue);
        return false;
    }

    public void LowerLimit(long limit)
    {
        var seen = Volatile.Read(ref _limit);
        while (limit < seen)
        {
            var found = Interlocked.CompareExchange(ref _limit, limit, seen);
            if (found == seen)
                return;
            seen = found;
        }
    }

    public void Fail(Exception exception)
    {
        lock (this)
            (_failures ??= []).Add(exception);
        LowerLimit(long.MinValue);
    }

    /// <summary>
    /// The loop has ended and no piece of it runs any more: gives this back and throws what must be thrown. Failures that
    /// are all cancellations by the loop's own token surface as one.
    /// </summary>
    public void Return()
    {
        var failures = _failures;
        var token = CancellationToken;
        _failures = null;
        CancellationToken = default;
        Pool = null!;
        _next = t_spare;
        t_spare = this;
        if (failures is not null)
            Throw(failures, token);
        token.ThrowIfCancellationRequested();
    }

    /// <summary>Apart, because the closure's object would be made at the entry of the method, failures or not.</summary>
    private static void Throw(List<Exception> failures, CancellationToken token)
    {
        if (!token.IsCancellationRequested
            || !failures.TrueForAll(f => f is OperationCanceledException c && c.CancellationToken == token))
        {
            throw new AggregateException(failures);
        }
    }
}
