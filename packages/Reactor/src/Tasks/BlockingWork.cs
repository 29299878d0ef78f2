namespace Gabbro.Reactor.Tasks;

/// <summary>A function that waits for a thread, and the task that carries its result.</summary>
internal sealed class BlockingWork<TResult> : IBlockingWork
{
    private readonly TaskCompletionSource<TResult> _completion = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Func<TResult> _function;
    private readonly CancellationToken _cancellationToken;
    private readonly CancellationTokenRegistration _registration;
    private int _started;

    public BlockingWork(Func<TResult> function, CancellationToken cancellationToken)
    {
        _function = function;
        _cancellationToken = cancellationToken;
        _registration = cancellationToken.UnsafeRegister(static work => ((BlockingWork<TResult>)work!).Cancel(), this);
    }

    public Task<TResult> Task => _completion.Task;

    public void Execute()
    {
        if (Interlocked.Exchange(ref _started, 1) != 0)
            return;
        _registration.Dispose();
        try
        {
            _completion.SetResult(_function());
        }
        catch (Exception exception)
        {
            _completion.SetException(exception);
        }
    }

    public void Cancel()
    {
        if (Interlocked.Exchange(ref _started, 1) == 0)
            _completion.SetCanceled(_cancellationToken);
    }
}
