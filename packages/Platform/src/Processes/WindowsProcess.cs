using Gabbro.Platform.Files;
using Gabbro.Platform.Ipc;
using Gabbro.Platform.Native;
using Gabbro.Platform.Native.Windows;
using Microsoft.Win32.SafeHandles;
using static Gabbro.Platform.Native.Windows.ProcessThreadsApi;

namespace Gabbro.Platform.Processes;

/// <summary>A child on Windows, and the job that holds its tree.</summary>
internal sealed unsafe class WindowsProcess : ProcessBackend
{
    private readonly FileHandle _process;
    private nint _job;

    internal WindowsProcess(int id, nint process, nint job)
    {
        Id = id;
        _process = FileHandle.FromDescriptor(process, ownsHandle: true);
        _job = job;
    }

    internal override int Id { get; }

    internal override SystemHandle ExitHandle => _process;

    internal override ContainmentKind Containment => _job != 0 ? ContainmentKind.Job : ContainmentKind.None;

    internal override bool WaitForExit(TimeSpan timeout)
    {
        using HandleLease lease = _process.Lease();
        uint milliseconds = timeout < TimeSpan.Zero ? uint.MaxValue : (uint)Math.Min(Math.Ceiling(timeout.TotalMilliseconds), int.MaxValue);
        uint result = Kernel32.WaitForSingleObject(lease.Value, milliseconds);
        if (result == uint.MaxValue) NativeError.Last().Throw("wait for process");
        return result == 0;
    }

    internal override NativeError TryReap(out ExitStatus status)
    {
        status = default;
        using HandleLease lease = _process.Lease();
        // The exit code alone does not tell: 259 means "still active" and is a code like any other.
        if (Kernel32.WaitForSingleObject(lease.Value, 0) != 0) return NativeError.Of(ErrorKind.WouldBlock);
        uint code;
        if (GetExitCodeProcess(lease.Value, &code) == 0) return NativeError.Last();
        status = ExitStatus.Exited((int)code);
        return default;
    }

    internal override void Watch(ChildProcess child)
    {
        EventWaitHandle waiter = new(false, EventResetMode.ManualReset);
        waiter.SafeWaitHandle.Dispose();
        waiter.SafeWaitHandle = new SafeWaitHandle(_process.DangerousGetHandle(), ownsHandle: false);
        ThreadPool.RegisterWaitForSingleObject(waiter, (_, _) => child.OnExit(), null, Timeout.Infinite, executeOnlyOnce: true);
    }

    internal override NativeError Send(Signal signal)
    {
        using HandleLease lease = _process.Lease();
        bool runs = Kernel32.WaitForSingleObject(lease.Value, 0) != 0;
        if (!runs) return Gone;
        if (signal == Signal.None) return default;
        if (signal is not (Signal.Kill or Signal.Terminate)) return NativeError.Of(ErrorKind.NotSupported);
        return TerminateProcess(lease.Value, 1) != 0 ? default : NativeError.Last();
    }

    internal override NativeError KillTree()
    {
        if (_job != 0) return TerminateJobObject(_job, 1) != 0 ? default : NativeError.Last();
        NativeError error = Send(Signal.Kill);
        return error.Kind == ErrorKind.ProcessNotFound ? default : error;
    }

    internal override void ReleaseTree()
    {
        nint job = Interlocked.Exchange(ref _job, 0);
        if (job == 0) return;
        // The job kills its members with its last handle, but gives them an exit code that reads as success.
        _ = TerminateJobObject(job, 1);
        Kernel32.CloseHandle(job);
    }
}
