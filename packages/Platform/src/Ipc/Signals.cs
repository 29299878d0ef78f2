using Gabbro.Platform.Native;
using Gabbro.Platform.Native.Linux;
using Gabbro.Platform.Native.Unix;

namespace Gabbro.Platform.Ipc;

/// <summary>Sending signals to processes by number. For one's own children use
/// <see cref="Processes.ChildProcess.Send"/>, which never hits a number in use again.</summary>
public static unsafe class Signals
{
    /// <summary>Sends a signal (kill(2)).</summary>
    /// <param name="processId">A process; 0 for the own group, -1 for all that may be signalled, less for a group.</param>
    /// <param name="signal">The signal; <see cref="Signal.None"/> only checks.</param>
    /// <returns>Success, or why not: process-not-found, not-permitted, or not Unix (not-supported).</returns>
    /// <exception cref="ArgumentOutOfRangeException">A signal that is not named by its enumeration.</exception>
    public static NativeError Send(int processId, Signal signal)
    {
        if (!SignalNumbers.IsKnown(signal)) throw new ArgumentOutOfRangeException(nameof(signal));
        if (Host.IsWindows) return NativeError.Of(ErrorKind.NotSupported);
        return UnistdProcess.kill(processId, SignalNumbers.ToNative(signal)) == 0 ? default : NativeError.Last();
    }

    /// <summary>Queues a signal with a value (rt_sigqueueinfo(2)); Linux.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A signal that is not named, or a process number below 1.</exception>
    public static NativeError Queue(int processId, Signal signal, nint value)
    {
        if (!SignalNumbers.IsKnown(signal)) throw new ArgumentOutOfRangeException(nameof(signal));
        ArgumentOutOfRangeException.ThrowIfLessThan(processId, 1);
        if (!Host.IsLinux) return NativeError.Of(ErrorKind.NotSupported);
        const int SI_QUEUE = -1;
        // siginfo_t: signal, errno and code, then sender, user and value from byte 16 on; 128 bytes.
        int* information = stackalloc int[32];
        new Span<int>(information, 32).Clear();
        int number = SignalNumbers.ToNative(signal);
        information[0] = number;
        information[2] = SI_QUEUE;
        information[4] = Environment.ProcessId;
        information[5] = (int)UnistdProcess.getuid();
        *(nint*)(information + 6) = value;
        int call = Host.IsArm64 ? 138 : 129;
        return Syscall.Invoke("rt_sigqueueinfo", call, processId, number, (nint)information) == 0 ? default : NativeError.Last();
    }
}
