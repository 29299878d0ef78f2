using Gabbro.Platform.Files;
using Gabbro.Platform.Ipc;
using Gabbro.Platform.Native;

namespace Gabbro.Platform.Processes;

/// <summary>
/// A process that this one started: its streams, its end, and the means to end it. Start one with <see cref="Start"/>, or run
/// a program to its end and get what it wrote with <see cref="Run"/>.
/// </summary>
/// <remarks>All members may be called from several threads. Waits and signals go through a handle of the process (a pidfd on
/// Linux), never through its number, so that a number in use again is never hit. Disposing closes the streams; a child that
/// still runs goes on, and its remains are taken by a background thread, so there are no zombies.</remarks>
public sealed class ChildProcess : IDisposable
{
    private readonly Lock _lock = new();
    private readonly ProcessBackend _backend;
    private TaskCompletionSource<ExitStatus>? _awaited;
    private ExitStatus _status;
    private bool _hasExited;
    private bool _isWatched;
    private bool _isDisposed;

    internal ChildProcess(ProcessBackend backend, FileHandle? input, FileHandle? output, FileHandle? error, FileHandle? terminal)
    {
        _backend = backend;
        StandardInput = input;
        StandardOutput = output;
        StandardError = error;
        Terminal = terminal;
    }

    /// <summary>The number of the process; it names another process once this one has ended and was waited for.</summary>
    public int Id => _backend.Id;

    /// <summary>The end of the pipe the child reads from; null unless asked for. Dispose it to end the child's input.</summary>
    public FileHandle? StandardInput { get; }

    /// <summary>The end of the pipe the child writes to; null unless asked for.</summary>
    public FileHandle? StandardOutput { get; }

    /// <summary>The end of the pipe the child writes errors to; null unless asked for.</summary>
    public FileHandle? StandardError { get; }

    /// <summary>The controlling side of the child's terminal; null unless asked for. A read fails with an I/O error once every
    /// process on the terminal has ended.</summary>
    public FileHandle? Terminal { get; }

    /// <summary>A handle that becomes ready when the process ends: register it with a poller for readability (Unix), or wait for
    /// it (Windows). It belongs to this object.</summary>
    public SystemHandle ExitHandle => _backend.ExitHandle;

    /// <summary>How the descendants are kept together.</summary>
    public ContainmentKind Containment => _backend.Containment;

    /// <summary>Starts a process.</summary>
    /// <exception cref="ArgumentException">Options that contradict each other, or hold a zero character.</exception>
    /// <exception cref="PlatformException">The process could not be started; the operation names the step that failed.</exception>
    public static ChildProcess Start(SpawnOptions options)
    {
        TryStart(options, out ChildProcess? child).ThrowIfError();
        return child!;
    }

    /// <summary>Starts a process, or says which step failed and why. After a failure there is no process and no open descriptor.</summary>
    /// <exception cref="ArgumentException">Options that contradict each other, or hold a zero character.</exception>
    public static SpawnFailure TryStart(SpawnOptions options, out ChildProcess? child)
    {
        ArgumentNullException.ThrowIfNull(options);
        options.Check();
        return Host.IsWindows ? WindowsSpawner.TryStart(options, out child) : UnixSpawner.TryStart(options, out child);
    }

    /// <summary>Runs a program to its end and gives what it wrote to its standard output and error. Its input is empty.</summary>
    /// <param name="options">What to run; its streams are replaced.</param>
    /// <param name="cancellationToken">Kills the process, and its tree where contained, when cancelled.</param>
    /// <exception cref="ArgumentException">Options that contradict each other, or hold a zero character.</exception>
    /// <exception cref="PlatformException">The process could not be started.</exception>
    /// <exception cref="OperationCanceledException">Cancelled; the process was killed.</exception>
    public static ProcessOutput Run(SpawnOptions options, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(options);
        cancellationToken.ThrowIfCancellationRequested();
        options.StandardInput = StandardStream.Null;
        options.StandardOutput = StandardStream.Pipe;
        options.StandardError = StandardStream.Pipe;
        using ChildProcess child = Start(options);
        using CancellationTokenRegistration registration = cancellationToken.Register(() => child.KillTree());
        // Two pipes need two readers, or the child blocks on the one that nobody reads.
        Task<byte[]> error = Task.Factory.StartNew(() => ReadToEnd(child.StandardError!), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        byte[] output = ReadToEnd(child.StandardOutput!);
        byte[] errors = error.GetAwaiter().GetResult();
        ExitStatus status = child.Wait();
        cancellationToken.ThrowIfCancellationRequested();
        return new ProcessOutput(status, output, errors);
    }

    /// <summary>The exit status, if the process has ended.</summary>
    /// <exception cref="PlatformException">The system refused: somebody else took the status.</exception>
    public bool TryGetExitStatus(out ExitStatus status)
    {
        lock (_lock)
        {
            if (!_hasExited)
            {
                NativeError error = _backend.TryReap(out ExitStatus ended);
                if (error.Kind == ErrorKind.WouldBlock)
                {
                    status = default;
                    return false;
                }

                error.ThrowIfError("wait for process", Id.ToString());
                _status = ended;
                _hasExited = true;
            }

            status = _status;
            return true;
        }
    }

    /// <summary>Waits until the process has ended.</summary>
    /// <exception cref="PlatformException">The system refused: somebody else took the status.</exception>
    public ExitStatus Wait()
    {
        ExitStatus status;
        while (!TryGetExitStatus(out status)) _backend.WaitForExit(Timeout.InfiniteTimeSpan);
        return status;
    }

    /// <summary>Waits until the process has ended or the time is up.</summary>
    /// <returns>False when the time was up.</returns>
    /// <exception cref="ArgumentOutOfRangeException">A negative time other than the infinite one.</exception>
    /// <exception cref="PlatformException">The system refused: somebody else took the status.</exception>
    public bool Wait(TimeSpan timeout, out ExitStatus status)
    {
        if (timeout < TimeSpan.Zero && timeout != Timeout.InfiniteTimeSpan) throw new ArgumentOutOfRangeException(nameof(timeout));
        if (TryGetExitStatus(out status)) return true;
        _backend.WaitForExit(timeout);
        return TryGetExitStatus(out status);
    }

    /// <summary>Waits for the end without holding a thread. Cancelling ends the wait, not the process.</summary>
    /// <exception cref="PlatformException">The system refused: somebody else took the status.</exception>
    public Task<ExitStatus> WaitAsync(CancellationToken cancellationToken = default)
    {
        lock (_lock)
        {
            if (TryGetExitStatus(out ExitStatus status)) return Task.FromResult(status);
            ObjectDisposedException.ThrowIf(_isDisposed, this);
            _awaited ??= new TaskCompletionSource<ExitStatus>(TaskCreationOptions.RunContinuationsAsynchronously);
            WatchUnsynchronized();
            return _awaited.Task.WaitAsync(cancellationToken);
        }
    }

    /// <summary>Sends a signal. On Windows only <see cref="Signal.Kill"/> and <see cref="Signal.Terminate"/> exist, and both end the
    /// process at once; <see cref="Signal.None"/> asks whether it runs.</summary>
    /// <returns>Success, or an error of kind process-not-found when the process has ended.</returns>
    /// <exception cref="ArgumentOutOfRangeException">A signal that is not named by its enumeration.</exception>
    public NativeError Send(Signal signal)
    {
        if (!SignalNumbers.IsKnown(signal)) throw new ArgumentOutOfRangeException(nameof(signal));
        lock (_lock) return _hasExited ? ProcessBackend.Gone : _backend.Send(signal);
    }

    /// <summary>Ends the process at once.</summary>
    /// <returns>Success, or an error of kind process-not-found when the process has ended.</returns>
    public NativeError Kill() => Send(Signal.Kill);

    /// <summary>Ends the process and its descendants at once, and returns when none is left. With
    /// <see cref="SpawnOptions.ContainTree"/> every descendant is found, whatever sessions, groups and parents it went
    /// through; without it, those whose chain of parents is whole at this moment.</summary>
    public NativeError KillTree() => _backend.KillTree();

    /// <summary>Closes the streams, and kills what is left of a contained tree. See the remarks for a child that still runs.</summary>
    public void Dispose()
    {
        lock (_lock)
        {
            if (_isDisposed) return;
            _isDisposed = true;
        }

        StandardInput?.Dispose();
        StandardOutput?.Dispose();
        StandardError?.Dispose();
        Terminal?.Dispose();
        _backend.ReleaseTree();
        lock (_lock)
        {
            if (_hasExited || _backend.TryReap(out _status).Kind != ErrorKind.WouldBlock)
            {
                _hasExited = true;
                if (!_isWatched) ExitHandle.Dispose();
                return;
            }

            WatchUnsynchronized();
        }
    }

    /// <summary>Called by the reaper, once the process has ended.</summary>
    internal void OnExit()
    {
        TaskCompletionSource<ExitStatus>? awaited;
        Exception? failure = null;
        ExitStatus status = default;
        bool isDisposed;
        lock (_lock)
        {
            try
            {
                if (!TryGetExitStatus(out status)) failure = new PlatformException("wait for process", Id.ToString(), NativeError.Of(ErrorKind.NoChildProcess));
            }
            catch (PlatformException e)
            {
                failure = e;
            }

            _isWatched = false;
            isDisposed = _isDisposed;
            awaited = _awaited;
            _awaited = null;
        }

        if (isDisposed) ExitHandle.Dispose();
        if (failure is not null) awaited?.TrySetException(failure);
        else awaited?.TrySetResult(status);
    }

    internal static byte[] ReadToEnd(FileHandle pipe)
    {
        byte[] buffer = new byte[4096];
        int length = 0;
        while (true)
        {
            if (length == buffer.Length) Array.Resize(ref buffer, length * 2);
            if (!pipe.TryRead(buffer.AsSpan(length), out int got, out NativeError error))
            {
                // Windows tells the end of a pipe as an error.
                if (error.Kind is ErrorKind.BrokenPipe or ErrorKind.EndOfFile) break;
                error.Throw("read", "pipe");
            }

            if (got == 0) break;
            length += got;
        }

        return buffer.AsSpan(0, length).ToArray();
    }

    private void WatchUnsynchronized()
    {
        if (_isWatched) return;
        _isWatched = true;
        _backend.Watch(this);
    }
}
