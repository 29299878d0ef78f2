using System.Runtime.InteropServices;

namespace Gabbro.Platform.Native.Windows;

/// <summary>kernel32: threads.</summary>
internal static unsafe partial class ThreadApi
{
    internal const int THREAD_PRIORITY_IDLE = -15;
    internal const int THREAD_PRIORITY_LOWEST = -2;
    internal const int THREAD_PRIORITY_TIME_CRITICAL = 15;

    internal static nint GetCurrentThread()
    {
        if (NativeSeam.IsEnabled && NativeSeam.Intercept(nameof(GetCurrentThread), out nint result))
            return result;
        return Calls.GetCurrentThread();
    }

    internal static uint GetCurrentThreadId()
    {
        if (NativeSeam.IsEnabled && NativeSeam.Intercept(nameof(GetCurrentThreadId), out nint result))
            return (uint)result;
        return Calls.GetCurrentThreadId();
    }

    internal static int SetThreadPriority(nint thread, int priority)
    {
        if (NativeSeam.IsEnabled && NativeSeam.Intercept(
            nameof(SetThreadPriority), out nint result, thread, priority))
        {
            return (int)result;
        }
        return Calls.SetThreadPriority(thread, priority);
    }

    internal static int GetThreadPriority(nint thread)
    {
        if (NativeSeam.IsEnabled && NativeSeam.Intercept(nameof(GetThreadPriority), out nint result, thread))
            return (int)result;
        return Calls.GetThreadPriority(thread);
    }

    internal static int SetThreadGroupAffinity(nint thread, GroupAffinity* affinity, GroupAffinity* previous)
    {
        if (NativeSeam.IsEnabled && NativeSeam.Intercept(
            nameof(SetThreadGroupAffinity), out nint result, thread, (nint)affinity, (nint)previous))
        {
            return (int)result;
        }
        return Calls.SetThreadGroupAffinity(thread, affinity, previous);
    }

    internal static int GetThreadGroupAffinity(nint thread, GroupAffinity* affinity)
    {
        if (NativeSeam.IsEnabled && NativeSeam.Intercept(
            nameof(GetThreadGroupAffinity), out nint result, thread, (nint)affinity))
        {
            return (int)result;
        }
        return Calls.GetThreadGroupAffinity(thread, affinity);
    }

    internal static void GetCurrentProcessorNumberEx(ProcessorNumber* number)
    {
        if (NativeSeam.IsEnabled && NativeSeam.Intercept(
            nameof(GetCurrentProcessorNumberEx), out nint result, (nint)number))
        {
            return;
        }
        Calls.GetCurrentProcessorNumberEx(number);
    }

    internal static int SetThreadDescription(nint thread, ushort* description)
    {
        if (NativeSeam.IsEnabled && NativeSeam.Intercept(
            nameof(SetThreadDescription), out nint result, thread, (nint)description))
        {
            return (int)result;
        }
        return Calls.SetThreadDescription(thread, description);
    }

    internal static int GetThreadDescription(nint thread, ushort** description)
    {
        if (NativeSeam.IsEnabled && NativeSeam.Intercept(
            nameof(GetThreadDescription), out nint result, thread, (nint)description))
        {
            return (int)result;
        }
        return Calls.GetThreadDescription(thread, description);
    }

    internal static void* LocalFree(void* memory)
    {
        if (NativeSeam.IsEnabled && NativeSeam.Intercept(nameof(LocalFree), out nint result, (nint)memory))
            return (void*)result;
        return Calls.LocalFree(memory);
    }

    internal static void FlushProcessWriteBuffers()
    {
        if (NativeSeam.IsEnabled && NativeSeam.Intercept(nameof(FlushProcessWriteBuffers), out nint result))
            return;
        Calls.FlushProcessWriteBuffers();
    }

    private static partial class Calls
    {
        [LibraryImport("kernel32")]
        internal static partial nint GetCurrentThread();

        [LibraryImport("kernel32")]
        internal static partial uint GetCurrentThreadId();

        [LibraryImport("kernel32")]
        internal static partial int SetThreadPriority(nint thread, int priority);

        [LibraryImport("kernel32")]
        internal static partial int GetThreadPriority(nint thread);

        [LibraryImport("kernel32")]
        internal static partial int SetThreadGroupAffinity(
            nint thread, GroupAffinity* affinity, GroupAffinity* previous);

        [LibraryImport("kernel32")]
        internal static partial int GetThreadGroupAffinity(nint thread, GroupAffinity* affinity);

        [LibraryImport("kernel32")]
        internal static partial void GetCurrentProcessorNumberEx(ProcessorNumber* number);

        [LibraryImport("kernel32")]
        internal static partial int SetThreadDescription(nint thread, ushort* description);

        [LibraryImport("kernel32")]
        internal static partial int GetThreadDescription(nint thread, ushort** description);

        [LibraryImport("kernel32")]
        internal static partial void* LocalFree(void* memory);

        [LibraryImport("kernel32")]
        internal static partial void FlushProcessWriteBuffers();
    }
}
