using System.Diagnostics.CodeAnalysis;
using System.Threading.Tasks.Sources;

namespace Gabbro.Reactor.Tasks;

/// <summary>
/// A bounded queue from any thread to one loop: how loops talk to each other and how the rest of a program talks to them.
/// A full channel makes writers wait, which is how backpressure crosses threads.
/// </summary>
/// <remarks>
/// Writing is safe from any thread. Reading belongs to the loop's thread, one reader at a time; a read allocates nothing.
/// Items of one writer arrive in their order. The loop is woken once for a run of items, not once an item.
/// </remarks>
/// <typeparam name="T">The type of the items.</typeparam>
public sealed class LoopChannel<T> : IValueTaskSource<bool>, ILoopWork
{
    private static readonly Action<object?> CanceledAnywhere = static state => ((LoopChannel<T>)state!).PostCancel();

    private readonly EventLoop _loop;
    private readonly Lock _lock = new();
    private readonly Queue<T> _items;
    private readonly Queue<TaskCompletionSource<bool>> _waitingWriters = new();
    private readonly int _capacity;

    /// <summary>True while the loop has been told, or need not be told, that there is something to read. Guarded by the lock.</summary>
    private bool _readerNotified = true;
    private bool _completed;
    private AwaitableCore<bool> _wait;
    private bool _waiting;

    /// <summary>Makes a channel.</summary>
    /// <param name="loop">The loop that reads.</param>
    /// <param name="capacity">How many items may wait.</param>
    /// <exception cref="ArgumentNullException"><paramref name="loop"/> is null.</exception>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="capacity"/> is not positive.</exception>
    public LoopChannel(EventLoop loop, int capacity)
    {
        ArgumentNullException.ThrowIfNull(loop);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(capacity);
        _loop = loop;
        _capacity = capacity;
        _items = new Queue<T>(Math.Min(capacity, 1024));
    }

    /// <summary>Items that wait to be read.</summary>
    public int Count
    {
        get
        {
            lock (_lock)
                return _items.Count;
        }
    }

    /// <summary>Puts an item in if there is room. Any thread.</summary>
    /// <param name="item">The item.</param>
    /// <returns>False when the channel is full or complete.</returns>
    public bool TryWrite(T item)
    {
        bool notify;
        lock (_lock)
        {
            if (_completed || _items.Count >= _capacity)
                return false;
            _items.Enqueue(item);
            notify = TakeNotificationUnsynchronized();
        }

        Notify(notify);
        return true;
    }

    /// <summary>Puts an item in, waiting for room. Any thread; on a loop, the wait resumes on that loop.</summary>
    /// <param name="item">The item.</param>
    /// <param name="cancellationToken">Ends the wait; the item is not put in.</param>
    /// <returns>Completes when the item is in.</returns>
    /// <exception cref="InvalidOperationException">The channel is complete.</exception>
    /// <exception cref="OperationCanceledException">The token was canceled first.</exception>
    public async ValueTask WriteAsync(T item, CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        while (!TryWrite(item))
        {
            TaskCompletionSource<bool> room = new(TaskCreationOptions.RunContinuationsAsynchronously);
            lock (_lock)
            {
                if (_completed)
                    throw new InvalidOperationException("The channel is complete: nothing can be written any more.");
                if (_items.Count < _capacity)
                    continue;
                _waitingWriters.Enqueue(room);
            }

            using CancellationTokenRegistration registration =
                cancellationToken.UnsafeRegister(static (room, token) => ((TaskCompletionSource<bool>)room!).TrySetCanceled(token), room);
            await room.Task;
        }
    }

    /// <summary>Says that nothing more will be written. Any thread. What is in the channel can still be read.</summary>
    public void Complete()
    {
        bool notify;
        lock (_lock)
        {
            _completed = true;
            notify = TakeNotificationUnsynchronized();
            while (_waitingWriters.TryDequeue(out TaskCompletionSource<bool>? writer))
                writer.TrySetResult(true);
        }

        Notify(notify);
    }

    /// <summary>Takes an item if one is there. The loop's thread only; allocates nothing.</summary>
    /// <param name="item">The item.</param>
    /// <returns>False when the channel is empty.</returns>
    /// <exception cref="InvalidOperationException">The caller is on another thread.</exception>
    public bool TryRead([MaybeNullWhen(false)] out T item)
    {
        _loop.VerifyAccess();
        lock (_lock)
        {
            if (!_items.TryDequeue(out item))
                return false;

            // A writer that was canceled meanwhile passes its turn on. Its continuation runs elsewhere, not under the lock.
            while (_waitingWriters.TryDequeue(out TaskCompletionSource<bool>? writer) && !writer.TrySetResult(true))
            {
            }

            return true;
        }
    }

    /// <summary>Waits until an item is there. The loop's thread only, one waiter at a time; allocates nothing.</summary>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>True when there is an item to read; false when the channel is complete and empty.</returns>
    /// <exception cref="InvalidOperationException">Another wait is pending, or the caller is on another thread.</exception>
    /// <exception cref="OperationCanceledException">The token was canceled first.</exception>
    public ValueTask<bool> WaitToReadAsync(CancellationToken cancellationToken = default)
    {
        _loop.VerifyAccess();
        if (_wait.IsBusy)
            throw new InvalidOperationException("Another wait for this channel is pending.");
        if (cancellationToken.IsCancellationRequested)
            return ValueTask.FromCanceled<bool>(cancellationToken);
        lock (_lock)
        {
            if (_items.Count > 0)
                return ValueTask.FromResult(true);
            if (_completed)
                return ValueTask.FromResult(false);
            _readerNotified = false;
        }

        _waiting = true;
        _wait.Begin(this, CanceledAnywhere, cancellationToken);
        return new ValueTask<bool>(this, _wait.Version);
    }

    /// <summary>Takes the next item, waiting for one. The loop's thread only.</summary>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>The item.</returns>
    /// <exception cref="InvalidOperationException">The channel is complete and empty, another wait is pending, or the caller is on another thread.</exception>
    /// <exception cref="OperationCanceledException">The token was canceled first.</exception>
    public async ValueTask<T> ReadAsync(CancellationToken cancellationToken = default)
    {
        T? item;
        while (!TryRead(out item))
        {
            if (!await WaitToReadAsync(cancellationToken))
                throw new InvalidOperationException("The channel is complete and empty.");
        }

        return item;
    }

    /// <summary>Takes items as they come, until the channel is complete and empty. The loop's thread only.</summary>
    /// <param name="cancellationToken">Ends the enumeration.</param>
    /// <exception cref="OperationCanceledException">The token was canceled.</exception>
    public async IAsyncEnumerable<T> ReadAllAsync([System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        while (await WaitToReadAsync(cancellationToken))
        {
            while (TryRead(out T? item))
                yield return item;
        }
    }

    bool IValueTaskSource<bool>.GetResult(short token) => _wait.GetResult(token);

    ValueTaskSourceStatus IValueTaskSource<bool>.GetStatus(short token) => _wait.GetStatus(token);

    void IValueTaskSource<bool>.OnCompleted(Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
        _wait.OnCompleted(continuation, state, token, flags);

    void ILoopWork.Run()
    {
        if (!_waiting)
            return;
        bool any;
        lock (_lock)
        {
            any = _items.Count > 0;
            if (!any && !_completed)
            {
                // The notification was for an item that has been read since: this wait is a later one and goes on.
                _readerNotified = false;
                return;
            }
        }

        _waiting = false;
        _wait.SetResult(any);
    }

    /// <summary>True for the one writer that has to tell a waiting reader.</summary>
    private bool TakeNotificationUnsynchronized()
    {
        if (_readerNotified)
            return false;
        _readerNotified = true;
        return true;
    }

    private void Notify(bool notify)
    {
        if (notify)
            _loop.TryPost(new WorkItem(this, null));
    }

    private void PostCancel()
    {
        short version = _wait.Version;
        _loop.TryPost(new WorkItem(() => Cancel(version), null));
    }

    private void Cancel(short version)
    {
        if (!_waiting || _wait.Version != version)
            return;
        _waiting = false;
        lock (_lock)
            _readerNotified = true;
        _wait.SetException(new OperationCanceledException(_wait.Token));
    }
}
