namespace Gabbro.Reactor;

public sealed partial class EventLoop
{
    private readonly WorkQueue _queue = new();

    /// <summary>
    /// Runs a callback on the loop, in the turn that follows. Any thread; from the loop's own it is the way to let I/O in
    /// between. Allocates nothing once the queue has grown. The execution context does not flow.
    /// </summary>
    /// <param name="callback">The callback. An exception out of it goes to <see cref="UnhandledException"/>.</param>
    /// <exception cref="ArgumentNullException"><paramref name="callback"/> is null.</exception>
    /// <exception cref="ObjectDisposedException">The loop was disposed.</exception>
    public void Post(Action callback)
    {
        ArgumentNullException.ThrowIfNull(callback);
        PostOrThrow(new WorkItem(callback, null));
    }

    /// <summary>Runs a callback on the loop with an argument, which saves a closure. See <see cref="Post(Action)"/>.</summary>
    /// <param name="callback">The callback.</param>
    /// <param name="state">Its argument.</param>
    /// <exception cref="ArgumentNullException"><paramref name="callback"/> is null.</exception>
    /// <exception cref="ObjectDisposedException">The loop was disposed.</exception>
    public void Post(Action<object?> callback, object? state)
    {
        ArgumentNullException.ThrowIfNull(callback);
        PostOrThrow(new WorkItem(callback, state));
    }

    /// <summary>Runs a function on the loop and brings back its result. Any thread.</summary>
    /// <typeparam name="TResult">The type of the result.</typeparam>
    /// <param name="function">The function.</param>
    /// <returns>The result, or the exception the function threw.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="function"/> is null.</exception>
    /// <exception cref="ObjectDisposedException">The loop was disposed.</exception>
    public Task<TResult> InvokeAsync<TResult>(Func<TResult> function)
    {
        ArgumentNullException.ThrowIfNull(function);
        return InvokeAsync(() => Task.FromResult(function()));
    }

    /// <summary>Runs an async method on the loop. Any thread.</summary>
    /// <param name="function">The method; it starts, and resumes after every await, on the loop.</param>
    /// <returns>Completes, off the loop unless the caller is on it, when the method has ended; with its exception if it failed.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="function"/> is null.</exception>
    /// <exception cref="ObjectDisposedException">The loop was disposed.</exception>
    public Task InvokeAsync(Func<Task> function)
    {
        ArgumentNullException.ThrowIfNull(function);
        return InvokeAsync(async () =>
        {
            await function();
            return true;
        });
    }

    /// <summary>Runs an async method on the loop and brings back its result. Any thread.</summary>
    /// <typeparam name="TResult">The type of the result.</typeparam>
    /// <param name="function">The method; it starts, and resumes after every await, on the loop.</param>
    /// <returns>The result, or the exception the method ended with.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="function"/> is null.</exception>
    /// <exception cref="ObjectDisposedException">The loop was disposed.</exception>
    public Task<TResult> InvokeAsync<TResult>(Func<Task<TResult>> function)
    {
        ArgumentNullException.ThrowIfNull(function);
        TaskCompletionSource<TResult> completion = new(TaskCreationOptions.RunContinuationsAsynchronously);
        Post(async () =>
        {
            try
            {
                completion.SetResult(await function());
            }
            catch (OperationCanceledException canceled)
            {
                completion.SetCanceled(canceled.CancellationToken);
            }
            catch (Exception exception)
            {
                completion.SetException(exception);
            }
        });
        return completion.Task;
    }

    /// <summary>Queues a callback and wakes the loop if it sleeps.</summary>
    /// <returns>False when the loop was disposed.</returns>
    internal bool TryPost(WorkItem item)
    {
        if (!_queue.TryAdd(item))
            return false;

        // On the loop's own thread the loop is awake: it looks at the queue before it sleeps.
        if (Environment.CurrentManagedThreadId != Volatile.Read(ref _ownerThread) || !_running)
            Wake();
        return true;
    }

    internal void PostWork(ILoopWork work) => PostOrThrow(new WorkItem(work, null));

    private void PostOrThrow(WorkItem item) => ObjectDisposedException.ThrowIf(!TryPost(item), this);
}
