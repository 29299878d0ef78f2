using System.Runtime.CompilerServices;
using Gabbro.Platform.Native;
using Gabbro.Platform.Native.Darwin;
using Gabbro.Platform.Native.Linux;
using Gabbro.Platform.Native.Windows;

namespace Gabbro.Platform.Threading;

/// <summary>
/// Wait while a 32-bit value in memory is what it was: the primitive under locks, events and barriers (futex(2);
/// WaitOnAddress; __ulock_wait). See Drepper, "Futexes Are Tricky".
/// </summary>
/// <remarks>
/// <para>The check of the value and going to sleep are one step against <c>Wake</c>: a waker that changes the value first
/// and then wakes is never missed.</para>
/// <para>The value must be aligned to 4 bytes. When it lies in a managed object the object is pinned for the length of
/// the wait; use pinned or native memory for values that are waited on often. Nothing is allocated.</para>
/// </remarks>
public static unsafe class Futex
{
    /// <summary>Waits while the value is the expected one, for ever if need be.</summary>
    /// <param name="value">The value.</param>
    /// <param name="expected">What it must be for the wait to begin.</param>
    /// <returns>Woken, or the value was another one.</returns>
    /// <exception cref="ArgumentException">The value is not aligned to 4 bytes.</exception>
    public static FutexResult Wait(ref int value, int expected) => Wait(ref value, expected, Timeout.InfiniteTimeSpan);

    /// <summary>Waits while the value is the expected one, for a limited time.</summary>
    /// <param name="value">The value.</param>
    /// <param name="expected">What it must be for the wait to begin.</param>
    /// <param name="timeout">The longest wait; zero checks only; <see cref="Timeout.InfiniteTimeSpan"/> for ever.</param>
    /// <returns>Why the wait ended.</returns>
    /// <exception cref="ArgumentException">The value is not aligned to 4 bytes.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The timeout is negative and not infinite.</exception>
    public static FutexResult Wait(ref int value, int expected, TimeSpan timeout)
    {
        fixed (int* pointer = &value)
            return Wait(pointer, expected, timeout, shared: false);
    }

    /// <summary>Waits while a value in native memory is the expected one.</summary>
    /// <param name="value">The value's address.</param>
    /// <param name="expected">What it must be for the wait to begin.</param>
    /// <param name="timeout">The longest wait; zero checks only; <see cref="Timeout.InfiniteTimeSpan"/> for ever.</param>
    /// <param name="shared">Whether other processes wake it, through a shared mapping. Not on Windows.</param>
    /// <returns>Why the wait ended.</returns>
    /// <exception cref="ArgumentException">The address is null or not aligned to 4 bytes.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The timeout is negative and not infinite.</exception>
    /// <exception cref="PlatformException">Shared on Windows (<see cref="ErrorKind.NotSupported"/>), or memory not mapped.</exception>
    public static FutexResult Wait(int* value, int expected, TimeSpan timeout, bool shared = false)
    {
        Check(value, shared);
        long nanoseconds = -1;
        if (timeout != Timeout.InfiniteTimeSpan)
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(timeout, TimeSpan.Zero);
            nanoseconds = timeout.Ticks > long.MaxValue / 100 ? -1 : timeout.Ticks * 100;
        }
        if (Volatile.Read(ref *value) != expected)
            return FutexResult.ValueChanged;
        if (nanoseconds == 0)
            return FutexResult.TimedOut;
        NativeError error = Host.IsWindows ? WindowsFutex.Wait(value, expected, nanoseconds)
            : Host.IsDarwin ? DarwinFutex.Wait(value, expected, nanoseconds, shared)
            : LinuxFutex.Wait(value, expected, nanoseconds, shared);
        switch (error.Kind)
        {
            case ErrorKind.None:
            case ErrorKind.Interrupted:
                return FutexResult.Woken;
            case ErrorKind.WouldBlock:
                return FutexResult.ValueChanged;
            case ErrorKind.TimedOut:
                return FutexResult.TimedOut;
            default:
                error.Throw("futex wait");
                return default;
        }
    }

    /// <summary>Wakes one thread that waits on a value, if any does.</summary>
    /// <param name="value">The value.</param>
    /// <exception cref="ArgumentException">The value is not aligned to 4 bytes.</exception>
    public static void WakeOne(ref int value)
    {
        fixed (int* pointer = &value)
            WakeOne(pointer);
    }

    /// <summary>Wakes one thread that waits on a value, if any does.</summary>
    /// <param name="value">The value's address.</param>
    /// <param name="shared">Whether threads of other processes wait, through a shared mapping. Not on Windows.</param>
    /// <exception cref="ArgumentException">The address is null or not aligned to 4 bytes.</exception>
    /// <exception cref="PlatformException">Shared on Windows, or memory not mapped.</exception>
    public static void WakeOne(int* value, bool shared = false) => Wake(value, all: false, shared);

    /// <summary>Wakes every thread that waits on a value.</summary>
    /// <param name="value">The value.</param>
    /// <exception cref="ArgumentException">The value is not aligned to 4 bytes.</exception>
    public static void WakeAll(ref int value)
    {
        fixed (int* pointer = &value)
            WakeAll(pointer);
    }

    /// <summary>Wakes every thread that waits on a value.</summary>
    /// <param name="value">The value's address.</param>
    /// <param name="shared">Whether threads of other processes wait, through a shared mapping. Not on Windows.</param>
    /// <exception cref="ArgumentException">The address is null or not aligned to 4 bytes.</exception>
    /// <exception cref="PlatformException">Shared on Windows, or memory not mapped.</exception>
    public static void WakeAll(int* value, bool shared = false) => Wake(value, all: true, shared);

    private static void Wake(int* value, bool all, bool shared)
    {
        Check(value, shared);
        NativeError error;
        if (Host.IsWindows)
        {
            if (all)
                Kernelbase.WakeByAddressAll(value);
            else
                Kernelbase.WakeByAddressSingle(value);
            return;
        }
        error = Host.IsDarwin ? DarwinFutex.Wake(value, all, shared) : LinuxFutex.Wake(value, all, shared);
        error.ThrowIfError("futex wake");
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Check(int* value, bool shared)
    {
        if (value is null || ((nuint)value & 3) != 0)
            throw new ArgumentException("The value must be aligned to 4 bytes.", nameof(value));
        if (shared && Host.IsWindows)
            NativeError.Of(ErrorKind.NotSupported).Throw("futex shared between processes");
    }
}
