using System.Runtime.InteropServices;

namespace Gabbro.Platform.Native.Windows;

/// <summary>ioapiset.h, and what handleapi.h and winbase.h say of handles that complete into ports.</summary>
internal static unsafe partial class IoApi
{
    internal static nint CreateIoCompletionPort(nint file, nint port, nuint key, uint threads)
    {
        if (NativeSeam.IsEnabled && NativeSeam.Intercept(
            nameof(CreateIoCompletionPort), out nint result, file, port, (nint)key, (nint)threads))
        {
            return result;
        }
        return Calls.CreateIoCompletionPort(file, port, key, threads);
    }

    internal static int GetQueuedCompletionStatusEx(
        nint port, void* entries, uint number, uint* removed, uint milliseconds, int alertable)
    {
        if (NativeSeam.IsEnabled && NativeSeam.Intercept(
            nameof(GetQueuedCompletionStatusEx), out nint result, port, (nint)entries, (nint)number, (nint)removed, (nint)milliseconds, alertable))
        {
            return (int)result;
        }
        return Calls.GetQueuedCompletionStatusEx(port, entries, number, removed, milliseconds, alertable);
    }

    internal static int PostQueuedCompletionStatus(nint port, uint bytes, nuint key, void* overlapped)
    {
        if (NativeSeam.IsEnabled && NativeSeam.Intercept(
            nameof(PostQueuedCompletionStatus), out nint result, port, (nint)bytes, (nint)key, (nint)overlapped))
        {
            return (int)result;
        }
        return Calls.PostQueuedCompletionStatus(port, bytes, key, overlapped);
    }

    internal static int SetFileCompletionNotificationModes(nint file, byte flags)
    {
        if (NativeSeam.IsEnabled && NativeSeam.Intercept(
            nameof(SetFileCompletionNotificationModes), out nint result, file, (nint)flags))
        {
            return (int)result;
        }
        return Calls.SetFileCompletionNotificationModes(file, flags);
    }

    internal static int SetHandleInformation(nint handle, uint mask, uint flags)
    {
        if (NativeSeam.IsEnabled && NativeSeam.Intercept(
            nameof(SetHandleInformation), out nint result, handle, (nint)mask, (nint)flags))
        {
            return (int)result;
        }
        return Calls.SetHandleInformation(handle, mask, flags);
    }

    private static partial class Calls
    {
        [LibraryImport("kernel32")]
        internal static partial nint CreateIoCompletionPort(nint file, nint port, nuint key, uint threads);

        [LibraryImport("kernel32")]
        internal static partial int GetQueuedCompletionStatusEx(
            nint port, void* entries, uint number, uint* removed, uint milliseconds, int alertable);

        [LibraryImport("kernel32")]
        internal static partial int PostQueuedCompletionStatus(nint port, uint bytes, nuint key, void* overlapped);

        [LibraryImport("kernel32")]
        internal static partial int SetFileCompletionNotificationModes(nint file, byte flags);

        [LibraryImport("kernel32")]
        internal static partial int SetHandleInformation(nint handle, uint mask, uint flags);
    }
}
