using System.Threading.Tasks.Sources;

using Gabbro.Scheduler.Jobs;

namespace Gabbro.Scheduler.Integration;

/// <summary>A scope that nobody blocks for: the job that runs its body, and the source of the task that its last job completes.</summary>
internal sealed class ScopeCompletion : Job, IValueTaskSource
{
    private readonly WorkPool _pool;
    private readonly Action<WorkScope> _body;
    private readonly WorkScope _scope;
    private ManualResetValueTaskSourceCore<bool> _source;

    public ScopeCompletion(WorkPool pool, Action<WorkScope> body, CancellationToken cancellationToken)
    {
        _pool = pool;
        _body = body;
        _source.RunContinuationsAsynchronously = true;
        _scope = new WorkScope(pool, null, OnCompleted, cancellationToken);
    }

    public ValueTask Task => new(this, _source.Version);

    public override void Execute(Worker worker)
    {
        try
        {
            if (!_scope.CancellationToken.IsCancellationRequested)
                _body(_scope);
        }
        catch (Exception exception)
        {
            _scope.Fail(exception);
        }

        _scope.Leave(null);
    }

    public void GetResult(short token) => _source.GetResult(token);

    public ValueTaskSourceStatus GetStatus(short token) => _source.GetStatus(token);

    public void OnCompleted(
        Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
        _source.OnCompleted(continuation, state, token, flags);

    private void OnCompleted(WorkScope scope)
    {
        var pool = _pool;
        if (scope.Failure is { } failure)
            _source.SetException(failure.SourceException);
        else if (scope.CancellationToken.IsCancellationRequested)
            _source.SetException(new OperationCanceledException(scope.CancellationToken));
        else
            _source.SetResult(true);
        pool.Release();
    }
}
