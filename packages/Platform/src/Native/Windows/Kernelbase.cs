using System.Runtime.InteropServices;

namespace Gabbro.Platform.Native.Windows;

/// <summary>Calls of kernelbase that kernel32 does not forward.</summary>
internal static unsafe partial class Kernelbase
{
    internal static int WaitOnAddress(void* address, void* compare, nuint size, uint milliseconds)
    {
        if (NativeSeam.IsEnabled && NativeSeam.Intercept(
            nameof(WaitOnAddress), out nint result, (nint)address, (nint)compare, (nint)size, (nint)milliseconds))
        {
            return (int)result;
        }
        return Calls.WaitOnAddress(address, compare, size, milliseconds);
    }

    internal static void WakeByAddressSingle(void* address)
    {
        if (NativeSeam.IsEnabled && NativeSeam.Intercept(nameof(WakeByAddressSingle), out nint result, (nint)address))
            return;
        Calls.WakeByAddressSingle(address);
    }

    internal static void WakeByAddressAll(void* address)
    {
        if (NativeSeam.IsEnabled && NativeSeam.Intercept(nameof(WakeByAddressAll), out nint result, (nint)address))
            return;
        Calls.WakeByAddressAll(address);
    }

    internal static void* VirtualAlloc2(
        nint process, void* baseAddress, nuint size, uint type, uint protect, void* parameters, uint count)
    {
        if (NativeSeam.IsEnabled && NativeSeam.Intercept(
            nameof(VirtualAlloc2), out nint result, process, (nint)baseAddress, (nint)size, (nint)type,
            (nint)protect, (nint)parameters, (nint)count))
        {
            return (void*)result;
        }
        return Calls.VirtualAlloc2(process, baseAddress, size, type, protect, parameters, count);
    }

    internal static void* MapViewOfFile3(
        nint mapping, nint process, void* baseAddress, ulong offset, nuint viewSize, uint type, uint protect,
        void* parameters, uint count)
    {
        if (NativeSeam.IsEnabled && NativeSeam.Intercept(
            nameof(MapViewOfFile3), out nint result, mapping, process, (nint)baseAddress, (nint)offset,
            (nint)viewSize, (nint)type, (nint)protect, (nint)parameters, (nint)count))
        {
            return (void*)result;
        }
        return Calls.MapViewOfFile3(mapping, process, baseAddress, offset, viewSize, type, protect, parameters, count);
    }

    private static partial class Calls
    {
        [LibraryImport("api-ms-win-core-synch-l1-2-0")]
        internal static partial int WaitOnAddress(void* address, void* compare, nuint size, uint milliseconds);

        [LibraryImport("api-ms-win-core-synch-l1-2-0")]
        internal static partial void WakeByAddressSingle(void* address);

        [LibraryImport("api-ms-win-core-synch-l1-2-0")]
        internal static partial void WakeByAddressAll(void* address);

        [LibraryImport("kernelbase")]
        internal static partial void* VirtualAlloc2(
            nint process, void* baseAddress, nuint size, uint type, uint protect, void* parameters, uint count);

        [LibraryImport("kernelbase")]
        internal static partial void* MapViewOfFile3(
            nint mapping, nint process, void* baseAddress, ulong offset, nuint viewSize, uint type, uint protect,
            void* parameters, uint count);
    }
}
