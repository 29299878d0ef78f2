using System.Diagnostics.CodeAnalysis;
using System.Runtime.ExceptionServices;
using Gabbro.Platform.Threading;
using Gabbro.Reactor.Backends;

namespace Gabbro.Reactor;

public sealed partial class EventLoop
{
    private List<IReadinessDevice> _postponed = [];
    private List<IReadinessDevice> _postponedBatch = [];
    private Thread? _thread;
    private TaskCompletionSource? _completion;
    private ExceptionDispatchInfo? _failure;
    private bool _hasOwnThread;
    private volatile bool _running;
    private volatile bool _stopRequested;

    /// <summary>
    /// 1 while the loop sleeps in the poll phase or is about to. The protocol: the loop sets it, with a full fence, and
    /// then looks at its queue once more; a producer puts its callback into the queue and then, behind a full fence,
    /// exchanges the flag for 0 and wakes the loop if it was 1. Whichever fence comes first, either the loop sees the
    /// callback or the producer sees the flag, so no callback is slept over, and the loop is woken at most once a sleep.
    /// </summary>
    private int _sleeping;

    private long _turns;
    private long _polls;
    private long _waits;
    private long _events;
    private long _timersFired;
    private long _callbacksRun;
    private long _wakeups;
    private long _postponedCount;
    private long _busyNanoseconds;
    private long _longestTurnNanoseconds;

    /// <summary>True while a thread is in one of the run methods.</summary>
    public bool IsRunning => _running;

    /// <summary>What the loop has done so far. Any thread; not a consistent cut while the loop runs.</summary>
    public LoopStatistics Statistics => new(
        _turns, _polls, _waits, _events, _timersFired, _callbacksRun, Volatile.Read(ref _wakeups), _postponedCount, _wheel.Count, Devices.Count,
        TimeSpan.FromTicks(_busyNanoseconds / 100), TimeSpan.FromTicks(_longestTurnNanoseconds / 100));

    /// <summary>The number of the turn, for shares that are renewed every turn.</summary>
    internal uint Turn { get; private set; }

    /// <summary>Runs an async method on this thread as the loop's, until it ends; other work of the loop runs beside it.</summary>
    /// <param name="main">The method.</param>
    /// <exception cref="ArgumentNullException"><paramref name="main"/> is null.</exception>
    /// <exception cref="InvalidOperationException">The loop is running already, or was stopped before the method ended.</exception>
    /// <exception cref="ObjectDisposedException">The loop was disposed.</exception>
    public void Run(Func<Task> main)
    {
        ArgumentNullException.ThrowIfNull(main);
        RunUntil(main).GetAwaiter().GetResult();
    }

    /// <summary>Runs an async method on this thread as the loop's, until it ends; other work of the loop runs beside it.</summary>
    /// <typeparam name="TResult">The type of its result.</typeparam>
    /// <param name="main">The method.</param>
    /// <returns>Its result.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="main"/> is null.</exception>
    /// <exception cref="InvalidOperationException">The loop is running already, or was stopped before the method ended.</exception>
    /// <exception cref="ObjectDisposedException">The loop was disposed.</exception>
    public TResult Run<TResult>(Func<Task<TResult>> main)
    {
        ArgumentNullException.ThrowIfNull(main);
        return RunUntil(main).GetAwaiter().GetResult();
    }

    /// <summary>Runs the loop on this thread until <see cref="Stop"/> or <see cref="ShutdownAsync"/>.</summary>
    /// <exception cref="InvalidOperationException">The loop is running already.</exception>
    /// <exception cref="ObjectDisposedException">The loop was disposed.</exception>
    public void Run()
    {
        SynchronizationContext? previous = Enter();
        try
        {
            while (!_stopRequested)
                RunTurn(mayWait: true);
        }
        finally
        {
            Leave(previous);
        }

        _failure?.Throw();
    }

    /// <summary>Runs one turn on this thread. For embedding in another loop, and for tests.</summary>
    /// <param name="mayWait">Whether the turn may sleep until something happens; false only looks.</param>
    /// <returns>True when anything was done.</returns>
    /// <exception cref="InvalidOperationException">The loop is running already.</exception>
    /// <exception cref="ObjectDisposedException">The loop was disposed.</exception>
    public bool RunOnce(bool mayWait = false)
    {
        SynchronizationContext? previous = Enter();
        bool worked;
        try
        {
            worked = RunTurn(mayWait);
        }
        finally
        {
            Leave(previous);
        }

        _failure?.Throw();
        return worked;
    }

    /// <summary>Gives the loop a thread of its own, which runs until <see cref="Stop"/> or <see cref="ShutdownAsync"/>.</summary>
    /// <returns>Completes when the loop has ended; faults when an exception that nobody handled ended it.</returns>
    /// <exception cref="InvalidOperationException">The loop is running or was started before.</exception>
    /// <exception cref="ObjectDisposedException">The loop was disposed.</exception>
    public Task Start()
    {
        VerifyAccess();
        if (_running || _hasOwnThread)
            throw new InvalidOperationException("The loop is running already.");
        _hasOwnThread = true;
        _running = true;
        _completion = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _thread = new Thread(RunOwnThread) { IsBackground = true, Name = $"Gabbro {Name}" };
        Volatile.Write(ref _ownerThread, _thread.ManagedThreadId);
        _thread.Start();
        return _completion.Task;
    }

    /// <summary>Asks the loop to end at the end of its turn. Any thread. What is pending stays pending until <see cref="Dispose"/>.</summary>
    public void Stop()
    {
        _stopRequested = true;
        Wake();
    }

    /// <summary>Makes the loop go through a turn even if nothing happens. Any thread.</summary>
    public void Wake()
    {
        if (Interlocked.Exchange(ref _sleeping, 0) == 1)
        {
            Interlocked.Increment(ref _wakeups);
            try
            {
                _backend.Wake();
            }
            catch (ObjectDisposedException) when (_disposed)
            {
                // The loop awoke for another reason and was disposed before this thread came to wake it. Nobody is left to
                // wake, and nothing is lost: what was in the queue when it closed, Dispose has run.
            }
        }
    }

    /// <summary>The open devices.</summary>
    internal DeviceTable Devices { get; } = new();

    /// <summary>Told after a descriptor was given back: listeners that had none to accept with try again.</summary>
    internal event Action? DescriptorsReturned;

    internal void DescriptorReturned() => DescriptorsReturned?.Invoke();

    /// <summary>Lets a device that has used up its share go on in the next turn.</summary>
    internal void Postpone(IReadinessDevice device)
    {
        _postponedCount++;
        _postponed.Add(device);
    }

    private void RunOwnThread()
    {
        // A processor that does not exist here is no reason not to run: pinning is a wish.
        if (Options.Processor is { } processor)
            ThreadAffinity.TrySet(new CpuSet(processor));
        SynchronizationContext? previous = EnterContext();
        try
        {
            while (!_stopRequested)
                RunTurn(mayWait: true);
        }
        catch (Exception exception)
        {
            // Only a backend that fails gets here: exceptions of callbacks are caught where they are called.
            _failure ??= ExceptionDispatchInfo.Capture(exception);
        }
        finally
        {
            LeaveContext(previous);
            _running = false;
        }

        if (_failure is null)
            _completion!.SetResult();
        else
            _completion!.SetException(_failure.SourceException);
    }

    private TTask RunUntil<TTask>(Func<TTask> main)
        where TTask : Task
    {
        SynchronizationContext? previous = Enter();
        TTask task;
        try
        {
            task = main() ?? throw new InvalidOperationException("The method returned no task.");
            if (!task.IsCompleted)
            {
                // The task may end on another thread while this one sleeps.
                task.ContinueWith(
                    static (_, loop) => ((EventLoop)loop!).Wake(), this, CancellationToken.None,
                    TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
                while (!task.IsCompleted && !_stopRequested)
                    RunTurn(mayWait: true, task);
            }
        }
        finally
        {
            Leave(previous);
        }

        _failure?.Throw();
        if (!task.IsCompleted)
            throw new InvalidOperationException("The loop was stopped before the method ended.");
        return task;
    }

    private SynchronizationContext? Enter()
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        if (_running || (s_current is not null))
            throw new InvalidOperationException(_running ? "The loop is running already." : "Another loop is running on this thread.");
        _running = true;
        _stopRequested = false;
        _failure = null;
        Volatile.Write(ref _ownerThread, Environment.CurrentManagedThreadId);
        return EnterContext();
    }

    private void Leave(SynchronizationContext? previous)
    {
        LeaveContext(previous);
        _running = false;
    }

    private bool RunTurn(bool mayWait, Task? until = null)
    {
        long began = _backend.Nanoseconds;
        long before = _timersFired + _callbacksRun + _events;
        _now = began;
        _turns++;
        Turn++;
        RunTimers();
        RunPosted();
        RunPostponed();

        int timeout = 0;
        if (mayWait && !_stopRequested && _postponed.Count == 0 && until is not { IsCompleted: true })
        {
            Interlocked.Exchange(ref _sleeping, 1);
            if (!_queue.HasWork && !_stopRequested && until is not { IsCompleted: true })
                timeout = TimeToSleep();
        }

        if (timeout != 0)
        {
            _waits++;
            long now = _backend.Nanoseconds;
            NoteBusy(now - began);
            began = 0;
        }

        _polls++;
        int events = _backend.Poll(timeout);
        _sleeping = 0;
        _events += events;
        if (began != 0)
            NoteBusy(_backend.Nanoseconds - began);
        return _timersFired + _callbacksRun + _events != before;
    }

    /// <summary>Called by a backend when it has come back from the system and is about to handle what it brought.</summary>
    internal void EventsArrived() => _now = _backend.Nanoseconds;

    private void NoteBusy(long nanoseconds)
    {
        _busyNanoseconds += nanoseconds;
        if (nanoseconds > _longestTurnNanoseconds)
            _longestTurnNanoseconds = nanoseconds;
    }

    private void RunPosted()
    {
        _queue.Take();
        int budget = Options.CallbacksPerTurn;
        while (budget-- > 0 && _queue.TryNext(out WorkItem item))
        {
            _callbacksRun++;
            long began = _slowNanoseconds == 0 ? 0 : _backend.Nanoseconds;
            try
            {
                item.Invoke();
            }
            catch (Exception exception)
            {
                Report(exception);
            }

            if (_slowNanoseconds != 0)
                ReportIfSlow(LoopPhase.Posted, began, item);
        }
    }

    private void RunPostponed()
    {
        if (_postponed.Count == 0)
            return;
        (_postponed, _postponedBatch) = (_postponedBatch, _postponed);
        foreach (IReadinessDevice device in _postponedBatch)
            Dispatch(device, Ready.None, LoopPhase.Postponed);
        _postponedBatch.Clear();
    }

    /// <summary>Lets a device handle readiness; an exception of a continuation ends up with the loop, never with the backend.</summary>
    internal void Dispatch(IReadinessDevice device, Ready ready, LoopPhase phase = LoopPhase.Poll)
    {
        long began = _slowNanoseconds == 0 ? 0 : _backend.Nanoseconds;
        try
        {
            device.OnReady(ready);
        }
        catch (Exception exception)
        {
            Report(exception);
        }

        if (_slowNanoseconds != 0)
            ReportIfSlow(phase, began, device);
    }

    /// <summary>Completes an operation; an exception of its continuation ends up with the loop, never with the backend.</summary>
    internal void Complete(IoOperation operation)
    {
        long began = _slowNanoseconds == 0 ? 0 : _backend.Nanoseconds;
        try
        {
            operation.OnCompleted();
        }
        catch (Exception exception)
        {
            Report(exception);
        }

        if (_slowNanoseconds != 0)
            ReportIfSlow(LoopPhase.Poll, began, operation);
    }

    private void ReportIfSlow<TCallback>(LoopPhase phase, long began, TCallback callback)
    {
        long duration = _backend.Nanoseconds - began;
        if (duration > _slowNanoseconds && SlowCallback is { } handler)
            handler(new SlowCallbackReport(phase, callback?.ToString() ?? string.Empty, TimeSpan.FromTicks(duration / 100)));
    }

    private void Fail(Exception exception)
    {
        _failure ??= ExceptionDispatchInfo.Capture(exception);
        _stopRequested = true;
    }

    private void CloseDevices()
    {
        foreach (Device device in Devices.ToArray())
            device.Close();
    }

    /// <summary>Continuations of what <see cref="CloseDevices"/> ended still run, so that no finally block is lost; what they post runs too.</summary>
    [SuppressMessage("Design", "CA1031", Justification = "An exception in the last callbacks of a dying loop has nowhere else to go than to its handler.")]
    private void RunRemaining()
    {
        // A callback that fails in a queue nobody will run again must not keep the others from ending.
        UnhandledException ??= static _ => { };
        do
            RunPosted();
        while (_queue.HasWork);
    }
}
