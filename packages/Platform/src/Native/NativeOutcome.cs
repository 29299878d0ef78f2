namespace Gabbro.Platform.Native;

/// <summary>What an interceptor decided about one native call.</summary>
internal readonly struct NativeOutcome
{
    private NativeOutcome(nint result, int error)
    {
        IsReplaced = true;
        Result = result;
        Error = error;
    }

    /// <summary>Go on with the real call.</summary>
    internal static NativeOutcome Proceed => default;

    internal bool IsReplaced { get; }

    internal nint Result { get; }

    /// <summary>What <c>errno</c> or the last error is to be afterwards.</summary>
    internal int Error { get; }

    /// <summary>Return this in place of the call.</summary>
    internal static NativeOutcome Return(nint result, int error = 0) => new(result, error);

    /// <summary>Fail as a POSIX call does: -1 and the error.</summary>
    internal static NativeOutcome Fail(int errno) => new(-1, errno);
}
