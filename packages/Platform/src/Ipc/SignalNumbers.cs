using Gabbro.Platform.Native;

namespace Gabbro.Platform.Ipc;

/// <summary>The native numbers of <see cref="Signal"/>: 1 to 15 are common but for SIGBUS and the user signals, the rest are not.</summary>
internal static class SignalNumbers
{
    private static ReadOnlySpan<byte> Linux =>
        [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 17, 18, 19, 20, 21, 22, 24, 25, 28, 31];

    private static ReadOnlySpan<byte> Darwin =>
        [0, 1, 2, 3, 4, 5, 6, 10, 8, 9, 30, 11, 31, 13, 14, 15, 20, 19, 17, 18, 21, 22, 24, 25, 28, 12];

    internal static int ToNative(Signal signal) => (Host.IsDarwin ? Darwin : Linux)[(int)signal];

    /// <summary>The named signal, or null for a number without a name (real-time signals).</summary>
    internal static Signal? FromNative(int number)
    {
        int index = number is > 0 and < 256 ? (Host.IsDarwin ? Darwin : Linux).IndexOf((byte)number) : -1;
        return index < 0 ? null : (Signal)index;
    }

    internal static bool IsKnown(Signal signal) => (uint)signal < (uint)Linux.Length;
}
