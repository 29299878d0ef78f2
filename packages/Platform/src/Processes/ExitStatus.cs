using Gabbro.Platform.Ipc;

namespace Gabbro.Platform.Processes;

/// <summary>How a process ended.</summary>
public readonly record struct ExitStatus
{
    private ExitStatus(int code, int signal, bool dumped)
    {
        Code = code;
        NativeSignal = signal;
        DumpedCore = dumped;
    }

    /// <summary>The exit code; 128 plus the number of the signal when a signal ended the process, as a shell reports it.</summary>
    public int Code { get; }

    /// <summary>The native number of the signal that ended the process, 0 when it exited by itself.</summary>
    public int NativeSignal { get; }

    /// <summary>True when the process left a core dump.</summary>
    public bool DumpedCore { get; }

    /// <summary>True when the process exited by itself with code 0.</summary>
    public bool IsSuccess => Code == 0 && NativeSignal == 0;

    /// <summary>The signal that ended the process; null when it exited by itself, or by a signal without a name.</summary>
    public Signal? Signal => NativeSignal == 0 ? null : SignalNumbers.FromNative(NativeSignal);

    /// <summary>A process that exited by itself.</summary>
    public static ExitStatus Exited(int code) => new(code, 0, false);

    /// <summary>A process that a signal ended.</summary>
    public static ExitStatus Killed(int nativeSignal, bool dumpedCore = false) => new(128 + nativeSignal, nativeSignal, dumpedCore);

    /// <inheritdoc/>
    public override string ToString() => NativeSignal == 0
        ? $"exit code {Code}"
        : $"signal {NativeSignal}{(Signal is { } named ? $" ({named})" : "")}{(DumpedCore ? ", core dumped" : "")}";
}
