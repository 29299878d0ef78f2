namespace System;

/// <summary>Just what the compiler makes of a UTF-8 literal: the address of its bytes, which end in a zero, and their number.</summary>
public readonly unsafe ref struct ReadOnlySpan<T>
{
    internal readonly void* Start;
    internal readonly int Length;

    public ReadOnlySpan(void* start, int length)
    {
        Start = start;
        Length = length;
    }

    /// <summary>The compiler asks that these exist; with constant bytes it calls neither.</summary>
    public ReadOnlySpan(T[] array)
    {
        Start = null;
        Length = 0;
    }

    public ReadOnlySpan(T[] array, int start, int length)
    {
        Start = null;
        Length = 0;
    }
}
