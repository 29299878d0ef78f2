using Gabbro.Platform.Native;

namespace Gabbro.Platform.Tests.Native;

/// <summary>Puts a function under the native calls of the current thread until disposed.</summary>
internal sealed class ScriptedInterceptor : INativeInterceptor, IDisposable
{
    internal delegate NativeOutcome Script(string call, ReadOnlySpan<nint> arguments, ref nuint count);

    private readonly Script _script;

    internal ScriptedInterceptor(Script script)
    {
        _script = script;
        NativeSeam.Interceptor = this;
    }

    internal int Calls { get; private set; }

    public NativeOutcome Intercept(string call, ReadOnlySpan<nint> arguments, ref nuint count)
    {
        Calls++;
        return _script(call, arguments, ref count);
    }

    public void Dispose() => NativeSeam.Interceptor = null;
}
