using Gabbro.Platform.Files;
using Gabbro.Platform.Ipc;
using Gabbro.Platform.Native;
using Gabbro.Platform.Native.Linux;
using Gabbro.Platform.Native.Unix;

namespace Gabbro.Platform.Processes;

/// <summary>A child on Unix, watched through an <see cref="ExitWatch"/> descriptor.</summary>
internal sealed class UnixProcess : ProcessBackend
{
    private readonly FileHandle _watch;
    private readonly LinuxContainment? _containment;
    private volatile bool _reaped;

    internal UnixProcess(int process, int watch, LinuxContainment? containment)
    {
        Id = process;
        _watch = FileHandle.FromDescriptor(watch, ownsHandle: true);
        _containment = containment;
        ProcessTree.Own(process);
    }

    internal override int Id { get; }

    internal override SystemHandle ExitHandle => _watch;

    internal override ContainmentKind Containment => _containment?.Kind ?? ContainmentKind.None;

    internal override bool WaitForExit(TimeSpan timeout)
    {
        using HandleLease lease = _watch.Lease();
        return UnixPoll.WaitReadable(lease.Descriptor, timeout).Throwing("wait for process");
    }

    internal override NativeError TryReap(out ExitStatus status)
    {
        NativeError error;
        if (Host.IsLinux)
        {
            using HandleLease lease = _watch.Lease();
            error = UnixWait.Reap(lease.Descriptor, block: false, out status);
        }
        else
        {
            error = UnixWait.ReapProcess(Id, block: false, out status);
        }

        if (error.IsError) return error;
        _reaped = true;
        ProcessTree.Disown(Id);
        return error;
    }

    internal override void Watch(ChildProcess child) => ChildReaper.Watch(child);

    internal override NativeError Send(Signal signal)
    {
        if (_reaped) return Gone;
        int number = SignalNumbers.ToNative(signal);
        if (!Host.IsLinux) return UnistdProcess.kill(Id, number) == 0 ? default : NativeError.Last();
        using HandleLease lease = _watch.Lease();
        return Syscall.Invoke("pidfd_send_signal", ProcessSyscalls.pidfd_send_signal, lease.Value, number) == 0 ? default : NativeError.Last();
    }

    internal override NativeError KillTree() =>
        _containment is not null ? _containment.Kill(Id)
        : Host.IsLinux ? ProcessTree.Kill(_reaped ? 0 : Id, null)
        : Host.IsDarwin ? UnixGroupKill()
        : default;

    internal override void ReleaseTree() => _containment?.Release(Id);

    /// <summary>macOS has no way to hold a tree together: the process, and its group when it leads one.</summary>
    private NativeError UnixGroupKill()
    {
        int kill = SignalNumbers.ToNative(Signal.Kill);
        if (UnistdProcess.getpgid(Id) == Id) UnistdProcess.kill(-Id, kill);
        NativeError error = Send(Signal.Kill);
        return error.Kind == ErrorKind.ProcessNotFound ? default : error;
    }
}
