using Gabbro.Platform.Native;
using Gabbro.Platform.Native.Unix;

namespace Gabbro.Platform.Processes;

/// <summary>Taking the exit status of a child with waitid(2), which frees its number.</summary>
internal static unsafe class UnixWait
{
    private const int P_PID = 1;
    private const int P_PIDFD = 3;
    private const int WNOHANG = 1;
    private const int WEXITED = 4;
    private const int CLD_EXITED = 1;
    private const int CLD_DUMPED = 3;

    /// <summary>Takes the status of the child behind a pidfd (Linux).</summary>
    /// <returns>An error of kind would-block when it still runs.</returns>
    internal static NativeError Reap(int pidfd, bool block, out ExitStatus status) => Reap(P_PIDFD, pidfd, block, out status);

    /// <summary>Takes the status of a child by its number.</summary>
    /// <returns>An error of kind would-block when it still runs.</returns>
    internal static NativeError ReapProcess(int process, bool block, out ExitStatus status) => Reap(P_PID, process, block, out status);

    private static NativeError Reap(int kind, int id, bool block, out ExitStatus status)
    {
        status = default;
        int* information = stackalloc int[32];
        while (true)
        {
            new Span<int>(information, 32).Clear();
            if (SysWait.waitid(kind, id, information, WEXITED | (block ? 0 : WNOHANG)) == 0) break;
            NativeError error = NativeError.Last();
            if (error.Kind != ErrorKind.Interrupted) return error;
        }

        // siginfo_t: on Linux the union starts at byte 16, on macOS at byte 12.
        int process = information[Host.IsDarwin ? 3 : 4];
        int value = information[Host.IsDarwin ? 5 : 6];
        if (process == 0) return NativeError.Of(ErrorKind.WouldBlock);
        status = information[2] == CLD_EXITED ? ExitStatus.Exited(value) : ExitStatus.Killed(value, information[2] == CLD_DUMPED);
        return default;
    }
}
