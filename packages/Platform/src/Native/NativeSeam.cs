using System.Diagnostics.CodeAnalysis;
using System.Runtime.InteropServices;

namespace Gabbro.Platform.Native;

/// <summary>
/// The seam under every native call. A test program that sets the runtime switch <c>Gabbro.Platform.NativeSeam</c> can
/// answer calls of a thread in place of the system, shorten their byte counts, or fail them. Without the switch
/// <see cref="IsEnabled"/> is a constant false to the JIT (and to the trimmer), and the seam is no code at all.
/// </summary>
internal static class NativeSeam
{
    [ThreadStatic]
    private static INativeInterceptor? t_interceptor;

    [ThreadStatic]
    private static bool t_actsForDarwin;

    [FeatureSwitchDefinition("Gabbro.Platform.NativeSeam")]
    internal static bool IsEnabled { get; } = AppContext.TryGetSwitch("Gabbro.Platform.NativeSeam", out bool on) && on;

    /// <summary>What this thread's native calls go through; null for none.</summary>
    internal static INativeInterceptor? Interceptor
    {
        get => t_interceptor;
        set => t_interceptor = value;
    }

    /// <summary>Whether this thread's code takes the Darwin paths; its native calls must then be intercepted.</summary>
    internal static bool ActsForDarwin
    {
        get => t_actsForDarwin;
        set => t_actsForDarwin = value;
    }

    /// <summary>Offers a call to the interceptor. True: <paramref name="result"/> stands for the call, errno is set.</summary>
    internal static bool Intercept(string call, out nint result, params ReadOnlySpan<nint> arguments)
    {
        nuint count = 0;
        return InterceptTransfer(call, ref count, out result, arguments);
    }

    /// <summary>Offers a call that moves up to <paramref name="count"/> bytes; the count may come back smaller.</summary>
    internal static bool InterceptTransfer(
        string call, ref nuint count, out nint result, params ReadOnlySpan<nint> arguments)
    {
        if (t_interceptor is { } interceptor)
        {
            NativeOutcome outcome = interceptor.Intercept(call, arguments, ref count);
            if (outcome.IsReplaced)
            {
                result = outcome.Result;
                Marshal.SetLastSystemError(outcome.Error);
                return true;
            }
        }
        result = 0;
        return false;
    }
}
