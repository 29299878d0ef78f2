using Gabbro.Platform.Ipc;
using Gabbro.Platform.Native;

namespace Gabbro.Platform.Processes;

/// <summary>A started process of one system behind <see cref="ChildProcess"/>. Calls may come from several threads; taking the exit
/// status is serialised by the caller.</summary>
internal abstract class ProcessBackend
{
    /// <summary>The error for a process that has ended. Win32 has no code that means just this; the native API does
    /// (STATUS_PROCESS_IS_TERMINATING).</summary>
    internal static NativeError Gone =>
        Host.IsWindows ? NativeError.FromNtStatus(unchecked((int)0xC000010A)) : NativeError.Of(ErrorKind.ProcessNotFound);

    internal abstract int Id { get; }

    /// <summary>Becomes ready when the process ends.</summary>
    internal abstract SystemHandle ExitHandle { get; }

    internal abstract ContainmentKind Containment { get; }

    /// <summary>Waits without taking the status.</summary>
    internal abstract bool WaitForExit(TimeSpan timeout);

    /// <summary>Takes the status; an error of kind would-block when the process still runs.</summary>
    internal abstract NativeError TryReap(out ExitStatus status);

    /// <summary>Has <see cref="ChildProcess.OnExit"/> called once the process has ended.</summary>
    internal abstract void Watch(ChildProcess child);

    internal abstract NativeError Send(Signal signal);

    /// <summary>Kills the process and its descendants.</summary>
    internal abstract NativeError KillTree();

    /// <summary>Gives back what keeps the tree together, killing what is left of it.</summary>
    internal abstract void ReleaseTree();
}
