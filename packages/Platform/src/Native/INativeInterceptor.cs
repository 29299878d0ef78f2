namespace Gabbro.Platform.Native;

/// <summary>What a test puts under the native calls of its thread.</summary>
internal interface INativeInterceptor
{
    /// <summary>Called before a native call.</summary>
    /// <param name="call">Name of the C function, or of the raw system call.</param>
    /// <param name="arguments">Its arguments as machine words.</param>
    /// <param name="count">The number of bytes the call may transfer; shorten it to provoke a short count. Ignored by calls without one.</param>
    /// <returns>Whether to go on with the real call, or what to return in its place.</returns>
    NativeOutcome Intercept(string call, ReadOnlySpan<nint> arguments, ref nuint count);
}
