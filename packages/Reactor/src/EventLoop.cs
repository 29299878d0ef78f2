using System.Diagnostics;
using System.Runtime.CompilerServices;
using Gabbro.Reactor.Backends;
using Gabbro.Reactor.Tasks;
using Gabbro.Reactor.Time;

namespace Gabbro.Reactor;

/// <summary>
/// An event loop: one thread, any number of sockets, timers and tasks, no locks between them. Ordinary <c>async</c>
/// methods started on the loop stay on it: every <c>await</c> resumes on the loop's thread.
/// </summary>
/// <remarks>
/// <para>One turn of the loop goes through these phases, in this order:</para>
/// <list type="number">
/// <item>The present is read from the clock once; timers and timeouts of the turn see the same value.</item>
/// <item><see cref="LoopPhase.Timers"/>: timers whose deadline has passed run, in the order of their deadlines, at most
/// <see cref="EventLoopOptions.CallbacksPerTurn"/> of them. A timer that starts itself with no delay runs in the next turn.</item>
/// <item><see cref="LoopPhase.Posted"/>: callbacks posted before the phase began run in the order they were posted, at most
/// <see cref="EventLoopOptions.CallbacksPerTurn"/> of them. What they post waits for the next turn.</item>
/// <item><see cref="LoopPhase.Postponed"/>: sockets that had used up <see cref="EventLoopOptions.OperationsPerTurn"/> in
/// the turn before go on with what they have at hand.</item>
/// <item>The loop ends here when it was told to and, in <see cref="Run(Func{Task})"/>, when the task has ended.</item>
/// <item>The time to sleep is chosen: none when something is waiting in a queue, else until the next timer.</item>
/// <item><see cref="LoopPhase.Poll"/>: requests collected during the turn are handed to the system; the loop waits; then
/// each event completes the operation it concerns, and the continuation of whoever awaits it runs at once, on this stack.</item>
/// </list>
/// <para>Callbacks run to completion: one that blocks, blocks every socket of the loop. Hand blocking work to
/// <see cref="Blocking"/>.</para>
/// <para>Thread safety: <see cref="Post(Action)"/>, <see cref="Stop"/>, <see cref="InvokeAsync(Func{Task})"/>,
/// <see cref="ShutdownAsync"/>, <see cref="Wake"/> and <see cref="Statistics"/> may be used from any thread. Everything else,
/// and every object made by the loop, belongs to the loop's thread; elsewhere it throws
/// <see cref="InvalidOperationException"/>. Until the loop runs, its thread is the one that made it.</para>
/// </remarks>
public sealed partial class EventLoop : IDisposable
{
    [ThreadStatic]
    private static EventLoop? s_current;

    private readonly Backend _backend;
    private readonly LoopSynchronizationContext _context;
    private readonly long _slowNanoseconds;
    private int _ownerThread;
    private readonly byte[] _receiveBuffer;
    private IReceiveBufferHolder? _receiveHolder;
    private volatile bool _disposed;

    /// <summary>Makes a loop on the best backend of the system, with default options.</summary>
    /// <exception cref="Gabbro.Platform.PlatformException">The system refused to make a poller.</exception>
    public EventLoop()
        : this(new EventLoopOptions())
    {
    }

    /// <summary>Makes a loop.</summary>
    /// <param name="options">How to set it up; copied.</param>
    /// <exception cref="ArgumentNullException"><paramref name="options"/> is null.</exception>
    /// <exception cref="ArgumentException">An option is out of its range.</exception>
    /// <exception cref="PlatformNotSupportedException">The backend named is not one of this system.</exception>
    /// <exception cref="Gabbro.Platform.PlatformException">The system refused to make a poller.</exception>
    public EventLoop(EventLoopOptions options)
        : this(options, null)
    {
    }

    internal EventLoop(EventLoopOptions options, Backend? backend)
    {
        ArgumentNullException.ThrowIfNull(options);
        options.Validate();
        Options = options;
        _backend = backend ?? BackendChoice.Open(options.Backend);
        _slowNanoseconds = options.SlowCallbackThreshold is { } slow ? (long)(slow.TotalMilliseconds * 1_000_000) : 0;
        _ownerThread = Environment.CurrentManagedThreadId;
        _context = new LoopSynchronizationContext(this);
        Scheduler = new LoopTaskScheduler(this);
        _receiveBuffer = GC.AllocateUninitializedArray<byte>(options.ReceiveBufferSize, pinned: true);
        _now = _backend.Nanoseconds;
        _wheel = new TimerWheel(Math.Max(0, _now / NanosecondsPerTick));
        TimeProvider = new LoopTimeProvider(this);
        _backend.Attach(this);
        LoopMetrics.Register(this);
    }

    /// <summary>The loop that runs on this thread, or null.</summary>
    public static EventLoop? Current => s_current;

    /// <summary>The name given by the options.</summary>
    public string Name => Options.Name;

    /// <summary>What the loop waits on; never <see cref="BackendKind.Auto"/>.</summary>
    public BackendKind Backend => _backend.Kind;

    /// <summary>Runs tasks on the loop: <c>Task.Factory.StartNew(..., loop.Scheduler)</c>.</summary>
    public TaskScheduler Scheduler { get; }

    /// <summary>Brings callbacks of other frameworks to the loop; it is the current one on the loop's thread.</summary>
    public SynchronizationContext SynchronizationContext => _context;

    /// <summary>True when the caller is on the thread the loop belongs to.</summary>
    public bool IsOnLoopThread => Environment.CurrentManagedThreadId == Volatile.Read(ref _ownerThread);

    /// <summary>
    /// Told about an exception that left a callback, with nobody to catch it. Without a handler the loop stops and
    /// <see cref="Run(Func{Task})"/> throws it.
    /// </summary>
    public event Action<Exception>? UnhandledException;

    /// <summary>Told about a callback that was slower than <see cref="EventLoopOptions.SlowCallbackThreshold"/>, on the loop's thread.</summary>
    public event Action<SlowCallbackReport>? SlowCallback;

    internal EventLoopOptions Options { get; }

    /// <summary>
    /// The memory for a borrowed receive. Whoever sees the bytes is done with them before the next event is handled, or holds
    /// them for as long as nobody else needs the memory: it is told here, before they are overwritten.
    /// </summary>
    internal byte[] TakeReceiveBuffer()
    {
        if (_receiveHolder is { } holder)
        {
            _receiveHolder = null;
            holder.GiveUpReceiveBuffer();
        }

        return _receiveBuffer;
    }

    /// <summary>Has a holder told when the receive buffer is needed again: code that it calls may receive as well.</summary>
    internal void HoldReceiveBuffer(IReceiveBufferHolder holder) => _receiveHolder = holder;

    /// <summary>The holder needs it no more.</summary>
    internal void LeaveReceiveBuffer(IReceiveBufferHolder holder)
    {
        if (ReferenceEquals(_receiveHolder, holder))
            _receiveHolder = null;
    }

    internal Backend BackendImplementation => _backend;

    /// <summary>
    /// Closes every socket, timer and queue of the loop. Operations that are pending end with an exception. Call it on the
    /// loop's thread when the loop is not running, or after <see cref="Run(Func{Task})"/> has returned. Disposing twice is fine.
    /// </summary>
    /// <exception cref="InvalidOperationException">The loop is running.</exception>
    public void Dispose()
    {
        if (_disposed)
            return;
        if (_running)
        {
            if (!_hasOwnThread || IsOnLoopThread)
                throw new InvalidOperationException("The loop is running: stop it first.");
            Stop();
            _thread!.Join();
        }

        if (_disposed)
            return;
        _disposed = true;
        Volatile.Write(ref _ownerThread, Environment.CurrentManagedThreadId);
        _queue.Close();
        SynchronizationContext? previous = EnterContext();
        try
        {
            CloseDevices();
            _backend.Settle();
            RunRemaining();
        }
        finally
        {
            LeaveContext(previous);
        }

        _blocking?.Dispose();
        LoopMetrics.Unregister(this);
        _backend.Dispose();
    }

    /// <summary>Throws unless the caller is on the loop's thread and the loop is alive.</summary>
    /// <exception cref="InvalidOperationException">The caller is on another thread.</exception>
    /// <exception cref="ObjectDisposedException">The loop was disposed.</exception>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void VerifyAccess()
    {
        VerifyThread();
        ObjectDisposedException.ThrowIf(_disposed, this);
    }

    /// <summary>Throws unless the caller is on the loop's thread.</summary>
    internal void VerifyThread()
    {
        if (Environment.CurrentManagedThreadId != Volatile.Read(ref _ownerThread))
            ThrowWrongThread();
    }

    /// <inheritdoc/>
    public override string ToString() => $"{Name} ({Backend})";

    internal void Report(Exception exception)
    {
        if (UnhandledException is { } handler)
            handler(exception);
        else
            Fail(exception);
    }

    private void ThrowWrongThread() => throw new InvalidOperationException(
        $"This object belongs to the event loop '{Name}' and may be used on its thread only. " +
        "Bring the call there with EventLoop.Post or EventLoop.InvokeAsync.");

    private SynchronizationContext? EnterContext()
    {
        SynchronizationContext? previous = SynchronizationContext.Current;
        SynchronizationContext.SetSynchronizationContext(_context);
        s_current = this;
        return previous;
    }

    private static void LeaveContext(SynchronizationContext? previous)
    {
        s_current = null;
        SynchronizationContext.SetSynchronizationContext(previous);
    }
}
