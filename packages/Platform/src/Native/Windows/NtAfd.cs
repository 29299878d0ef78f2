using System.Runtime.InteropServices;

namespace Gabbro.Platform.Native.Windows;

/// <summary>The native calls that reach the ancillary function driver, which WinSock itself stands on (winternl.h).</summary>
internal static unsafe partial class NtAfd
{
    internal const uint SYNCHRONIZE = 0x00100000;
    internal const uint FILE_SHARE_READ = 1;
    internal const uint FILE_SHARE_WRITE = 2;
    internal const uint FILE_OPEN = 1;
    internal const uint IOCTL_AFD_POLL = 0x00012024;
    internal const int STATUS_PENDING = 0x00000103;
    internal const int STATUS_CANCELLED = unchecked((int)0xC0000120);
    internal const int STATUS_NOT_FOUND = unchecked((int)0xC0000225);

    internal static int NtCreateFile(
        nint* file, uint access, ObjectAttributes* attributes, IoStatusBlock* status, long* size, uint fileAttributes, uint share, uint disposition, uint options, void* extended, uint extendedLength)
    {
        if (NativeSeam.IsEnabled && NativeSeam.Intercept(
            nameof(NtCreateFile), out nint result, (nint)file, (nint)access, (nint)attributes, (nint)status, (nint)size, (nint)fileAttributes, (nint)share, (nint)disposition, (nint)options, (nint)extended, (nint)extendedLength))
        {
            return (int)result;
        }
        return Calls.NtCreateFile(file, access, attributes, status, size, fileAttributes, share, disposition, options, extended, extendedLength);
    }

    internal static int NtDeviceIoControlFile(
        nint file, nint signal, void* routine, void* context, IoStatusBlock* status, uint code, void* input, uint inputLength, void* output, uint outputLength)
    {
        if (NativeSeam.IsEnabled && NativeSeam.Intercept(
            nameof(NtDeviceIoControlFile), out nint result, file, signal, (nint)routine, (nint)context, (nint)status, (nint)code, (nint)input, (nint)inputLength, (nint)output, (nint)outputLength))
        {
            return (int)result;
        }
        return Calls.NtDeviceIoControlFile(file, signal, routine, context, status, code, input, inputLength, output, outputLength);
    }

    internal static int NtCancelIoFileEx(nint file, IoStatusBlock* request, IoStatusBlock* status)
    {
        if (NativeSeam.IsEnabled && NativeSeam.Intercept(
            nameof(NtCancelIoFileEx), out nint result, file, (nint)request, (nint)status))
        {
            return (int)result;
        }
        return Calls.NtCancelIoFileEx(file, request, status);
    }

    private static partial class Calls
    {
        [LibraryImport("ntdll")]
        internal static partial int NtCreateFile(
            nint* file, uint access, ObjectAttributes* attributes, IoStatusBlock* status, long* size, uint fileAttributes, uint share, uint disposition, uint options, void* extended, uint extendedLength);

        [LibraryImport("ntdll")]
        internal static partial int NtDeviceIoControlFile(
            nint file, nint signal, void* routine, void* context, IoStatusBlock* status, uint code, void* input, uint inputLength, void* output, uint outputLength);

        [LibraryImport("ntdll")]
        internal static partial int NtCancelIoFileEx(nint file, IoStatusBlock* request, IoStatusBlock* status);
    }
}
