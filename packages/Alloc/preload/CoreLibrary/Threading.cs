using System.Runtime.CompilerServices;

namespace System.Threading;

/// <summary>The code generator knows these by name and emits lock-prefixed instructions; the bodies only satisfy the language.</summary>
public static class Interlocked
{
    [Intrinsic]
    public static int CompareExchange(ref int location, int value, int comparand) => CompareExchange(ref location, value, comparand);

    [Intrinsic]
    public static long CompareExchange(ref long location, long value, long comparand) => CompareExchange(ref location, value, comparand);

    [Intrinsic]
    public static int Exchange(ref int location, int value) => Exchange(ref location, value);

    [Intrinsic]
    public static long Exchange(ref long location, long value) => Exchange(ref location, value);
}

/// <summary>Loads and stores that the code generator neither moves nor merges; on x86-64 they need no fence.</summary>
public static class Volatile
{
    [Intrinsic]
    public static int Read(ref int location) => Read(ref location);

    [Intrinsic]
    public static uint Read(ref uint location) => Read(ref location);

    [Intrinsic]
    public static nuint Read(ref nuint location) => Read(ref location);

    [Intrinsic]
    public static void Write(ref nuint location, nuint value) => Write(ref location, value);
}
