using System.Runtime.CompilerServices;

using Gabbro.Platform.Threading;

namespace Gabbro.Scheduler.Atomics;

/// <summary>The machine itself. Every member is a leaf the JIT inlines.</summary>
internal readonly struct HardwareAtomics : IAtomics
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int Load(ref int location) => Volatile.Read(ref location);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static long Load(ref long location) => Volatile.Read(ref location);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static object? Load(ref object? location) => Volatile.Read(ref location);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(ref int location, int value) => Volatile.Write(ref location, value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(ref long location, long value) => Volatile.Write(ref location, value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(ref object? location, object? value) => Volatile.Write(ref location, value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int Exchange(ref int location, int value) => Interlocked.Exchange(ref location, value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static long Exchange(ref long location, long value) => Interlocked.Exchange(ref location, value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static object? Exchange(ref object? location, object? value) => Interlocked.Exchange(ref location, value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int CompareExchange(ref int location, int value, int comparand) =>
        Interlocked.CompareExchange(ref location, value, comparand);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static long CompareExchange(ref long location, long value, long comparand) =>
        Interlocked.CompareExchange(ref location, value, comparand);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static object? CompareExchange(ref object? location, object? value, object? comparand) =>
        Interlocked.CompareExchange(ref location, value, comparand);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int Add(ref int location, int amount) => Interlocked.Add(ref location, amount);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static long Add(ref long location, long amount) => Interlocked.Add(ref location, amount);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Fence() => Interlocked.MemoryBarrier();

    /// <summary>
    /// Costs nothing on the processor; the volatile accesses around it already keep the compiler from swapping them,
    /// and <see cref="HeavyFence"/> interrupts every running thread with a fence of its own.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void LightFence() => Volatile.ReadBarrier();

    public static void HeavyFence() => Interlocked.MemoryBarrierProcessWide();

    public static bool Wait(ref int location, int expected, TimeSpan timeout) =>
        Futex.Wait(ref location, expected, timeout) != FutexResult.TimedOut;

    public static void WakeOne(ref int location) => Futex.WakeOne(ref location);

    public static void WakeAll(ref int location) => Futex.WakeAll(ref location);

    /// <summary>
    /// Turns 0 to 6 double the pauses (about 0.04 to 2.5 us), every later one yields the processor: a thread that holds
    /// what we wait for may be waiting for this very core.
    /// </summary>
    public static void Pause(int round)
    {
        if (round < 7)
            Thread.SpinWait(1 << round);
        else
            Thread.Yield();
    }
}
