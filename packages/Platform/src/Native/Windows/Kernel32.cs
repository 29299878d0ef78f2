using System.Runtime.InteropServices;

namespace Gabbro.Platform.Native.Windows;

/// <summary>kernel32: files, mappings, memory. Results are BOOL unless said otherwise; the error is GetLastError.</summary>
internal static unsafe partial class Kernel32
{
    internal const int FILE_BEGIN = 0;
    internal const int FILE_CURRENT = 1;
    internal const int FILE_END = 2;
    internal const uint MEM_COMMIT = 0x1000;
    internal const uint MEM_RESERVE = 0x2000;
    internal const uint MEM_DECOMMIT = 0x4000;
    internal const uint MEM_RELEASE = 0x8000;
    internal const uint MEM_RESET = 0x80000;
    internal const uint MEM_LARGE_PAGES = 0x20000000;
    internal const uint PAGE_NOACCESS = 1;
    internal const uint PAGE_READONLY = 2;
    internal const uint PAGE_READWRITE = 4;
    internal const uint PAGE_WRITECOPY = 8;
    internal const uint PAGE_EXECUTE_READ = 0x20;
    internal const uint PAGE_EXECUTE_READWRITE = 0x40;
    internal const uint FILE_MAP_COPY = 1;
    internal const uint FILE_MAP_WRITE = 2;
    internal const uint FILE_MAP_READ = 4;
    internal const uint INFINITE = 0xFFFFFFFF;
    internal const uint DUPLICATE_SAME_ACCESS = 2;
    internal const uint FSCTL_SET_SPARSE = 0x900C4;
    internal const uint FSCTL_SET_ZERO_DATA = 0x980C8;
    internal const uint FSCTL_QUERY_ALLOCATED_RANGES = 0x940CF;
    internal const uint LOCKFILE_FAIL_IMMEDIATELY = 1;
    internal const uint LOCKFILE_EXCLUSIVE_LOCK = 2;

    internal static int CloseHandle(nint handle)
    {
        if (NativeSeam.IsEnabled && NativeSeam.Intercept(nameof(CloseHandle), out nint result, handle))
            return (int)result;
        return Calls.CloseHandle(handle);
    }

    internal static int ReadFile(nint file, void* buffer, uint count, uint* transferred, Overlapped* overlapped)
    {
        if (NativeSeam.IsEnabled && NativeSeam.Intercept(
            nameof(ReadFile), out nint result, file, (nint)buffer, (nint)count, (nint)transferred,
            (nint)overlapped))
        {
            return (int)result;
        }
        return Calls.ReadFile(file, buffer, count, transferred, overlapped);
    }

    internal static int WriteFile(nint file, void* buffer, uint count, uint* transferred, Overlapped* overlapped)
    {
        if (NativeSeam.IsEnabled && NativeSeam.Intercept(
            nameof(WriteFile), out nint result, file, (nint)buffer, (nint)count, (nint)transferred,
            (nint)overlapped))
        {
            return (int)result;
        }
        return Calls.WriteFile(file, buffer, count, transferred, overlapped);
    }

    internal static int GetOverlappedResult(nint file, Overlapped* overlapped, uint* transferred, int wait)
    {
        if (NativeSeam.IsEnabled && NativeSeam.Intercept(
            nameof(GetOverlappedResult), out nint result, file, (nint)overlapped, (nint)transferred, wait))
        {
            return (int)result;
        }
        return Calls.GetOverlappedResult(file, overlapped, transferred, wait);
    }

    internal static int CancelIoEx(nint file, Overlapped* overlapped)
    {
        if (NativeSeam.IsEnabled && NativeSeam.Intercept(nameof(CancelIoEx), out nint result, file, (nint)overlapped))
            return (int)result;
        return Calls.CancelIoEx(file, overlapped);
    }

    internal static nint CreateEventW(void* security, int manualReset, int initialState, ushort* name)
    {
        if (NativeSeam.IsEnabled && NativeSeam.Intercept(
            nameof(CreateEventW), out nint result, (nint)security, manualReset, initialState, (nint)name))
        {
            return result;
        }
        return Calls.CreateEventW(security, manualReset, initialState, name);
    }

    internal static uint WaitForSingleObject(nint handle, uint milliseconds)
    {
        if (NativeSeam.IsEnabled && NativeSeam.Intercept(
            nameof(WaitForSingleObject), out nint result, handle, (nint)milliseconds))
        {
            return (uint)result;
        }
        return Calls.WaitForSingleObject(handle, milliseconds);
    }

    internal static int SetFilePointerEx(nint file, long distance, long* position, uint method)
    {
        if (NativeSeam.IsEnabled && NativeSeam.Intercept(
            nameof(SetFilePointerEx), out nint result, file, (nint)distance, (nint)position, (nint)method))
        {
            return (int)result;
        }
        return Calls.SetFilePointerEx(file, distance, position, method);
    }

    internal static int FlushFileBuffers(nint file)
    {
        if (NativeSeam.IsEnabled && NativeSeam.Intercept(nameof(FlushFileBuffers), out nint result, file))
            return (int)result;
        return Calls.FlushFileBuffers(file);
    }

    internal static int GetFileInformationByHandleEx(nint file, int infoClass, void* information, uint size)
    {
        if (NativeSeam.IsEnabled && NativeSeam.Intercept(
            nameof(GetFileInformationByHandleEx), out nint result, file, infoClass, (nint)information, (nint)size))
        {
            return (int)result;
        }
        return Calls.GetFileInformationByHandleEx(file, infoClass, information, size);
    }

    internal static int SetFileInformationByHandle(nint file, int infoClass, void* information, uint size)
    {
        if (NativeSeam.IsEnabled && NativeSeam.Intercept(
            nameof(SetFileInformationByHandle), out nint result, file, infoClass, (nint)information, (nint)size))
        {
            return (int)result;
        }
        return Calls.SetFileInformationByHandle(file, infoClass, information, size);
    }

    internal static int GetFileInformationByHandle(nint file, void* information)
    {
        if (NativeSeam.IsEnabled && NativeSeam.Intercept(
            nameof(GetFileInformationByHandle), out nint result, file, (nint)information))
        {
            return (int)result;
        }
        return Calls.GetFileInformationByHandle(file, information);
    }

    internal static uint GetFileType(nint file)
    {
        if (NativeSeam.IsEnabled && NativeSeam.Intercept(nameof(GetFileType), out nint result, file))
            return (uint)result;
        return Calls.GetFileType(file);
    }

    internal static nint GetCurrentProcess()
    {
        if (NativeSeam.IsEnabled && NativeSeam.Intercept(nameof(GetCurrentProcess), out nint result))
            return result;
        return Calls.GetCurrentProcess();
    }

    internal static int DuplicateHandle(
        nint sourceProcess, nint source, nint targetProcess, nint* target, uint access, int inherit, uint options)
    {
        if (NativeSeam.IsEnabled && NativeSeam.Intercept(
            nameof(DuplicateHandle), out nint result, sourceProcess, source, targetProcess, (nint)target,
            (nint)access, inherit, (nint)options))
        {
            return (int)result;
        }
        return Calls.DuplicateHandle(sourceProcess, source, targetProcess, target, access, inherit, options);
    }

    internal static int LockFileEx(
        nint file, uint flags, uint reserved, uint lengthLow, uint lengthHigh, Overlapped* overlapped)
    {
        if (NativeSeam.IsEnabled && NativeSeam.Intercept(
            nameof(LockFileEx), out nint result, file, (nint)flags, (nint)reserved, (nint)lengthLow,
            (nint)lengthHigh, (nint)overlapped))
        {
            return (int)result;
        }
        return Calls.LockFileEx(file, flags, reserved, lengthLow, lengthHigh, overlapped);
    }

    internal static int UnlockFileEx(
        nint file, uint reserved, uint lengthLow, uint lengthHigh, Overlapped* overlapped)
    {
        if (NativeSeam.IsEnabled && NativeSeam.Intercept(
            nameof(UnlockFileEx), out nint result, file, (nint)reserved, (nint)lengthLow, (nint)lengthHigh,
            (nint)overlapped))
        {
            return (int)result;
        }
        return Calls.UnlockFileEx(file, reserved, lengthLow, lengthHigh, overlapped);
    }

    internal static void* VirtualAlloc(void* address, nuint size, uint type, uint protect)
    {
        if (NativeSeam.IsEnabled && NativeSeam.Intercept(
            nameof(VirtualAlloc), out nint result, (nint)address, (nint)size, (nint)type, (nint)protect))
        {
            return (void*)result;
        }
        return Calls.VirtualAlloc(address, size, type, protect);
    }

    internal static int VirtualFree(void* address, nuint size, uint type)
    {
        if (NativeSeam.IsEnabled && NativeSeam.Intercept(
            nameof(VirtualFree), out nint result, (nint)address, (nint)size, (nint)type))
        {
            return (int)result;
        }
        return Calls.VirtualFree(address, size, type);
    }

    internal static int VirtualProtect(void* address, nuint size, uint protect, uint* old)
    {
        if (NativeSeam.IsEnabled && NativeSeam.Intercept(
            nameof(VirtualProtect), out nint result, (nint)address, (nint)size, (nint)protect, (nint)old))
        {
            return (int)result;
        }
        return Calls.VirtualProtect(address, size, protect, old);
    }

    internal static int VirtualLock(void* address, nuint size)
    {
        if (NativeSeam.IsEnabled && NativeSeam.Intercept(
            nameof(VirtualLock), out nint result, (nint)address, (nint)size))
        {
            return (int)result;
        }
        return Calls.VirtualLock(address, size);
    }

    internal static int VirtualUnlock(void* address, nuint size)
    {
        if (NativeSeam.IsEnabled && NativeSeam.Intercept(
            nameof(VirtualUnlock), out nint result, (nint)address, (nint)size))
        {
            return (int)result;
        }
        return Calls.VirtualUnlock(address, size);
    }

    internal static nuint GetLargePageMinimum()
    {
        if (NativeSeam.IsEnabled && NativeSeam.Intercept(nameof(GetLargePageMinimum), out nint result))
            return (nuint)result;
        return Calls.GetLargePageMinimum();
    }

    internal static void* VirtualAllocExNuma(
        nint process, void* address, nuint size, uint type, uint protect, uint node)
    {
        if (NativeSeam.IsEnabled && NativeSeam.Intercept(
            nameof(VirtualAllocExNuma), out nint result, process, (nint)address, (nint)size, (nint)type,
            (nint)protect, (nint)node))
        {
            return (void*)result;
        }
        return Calls.VirtualAllocExNuma(process, address, size, type, protect, node);
    }

    internal static nint CreateFileMappingW(
        nint file, void* security, uint protect, uint sizeHigh, uint sizeLow, ushort* name)
    {
        if (NativeSeam.IsEnabled && NativeSeam.Intercept(
            nameof(CreateFileMappingW), out nint result, file, (nint)security, (nint)protect, (nint)sizeHigh,
            (nint)sizeLow, (nint)name))
        {
            return result;
        }
        return Calls.CreateFileMappingW(file, security, protect, sizeHigh, sizeLow, name);
    }

    internal static void* MapViewOfFileEx(
        nint mapping, uint access, uint offsetHigh, uint offsetLow, nuint size, void* address)
    {
        if (NativeSeam.IsEnabled && NativeSeam.Intercept(
            nameof(MapViewOfFileEx), out nint result, mapping, (nint)access, (nint)offsetHigh, (nint)offsetLow,
            (nint)size, (nint)address))
        {
            return (void*)result;
        }
        return Calls.MapViewOfFileEx(mapping, access, offsetHigh, offsetLow, size, address);
    }

    internal static int UnmapViewOfFile(void* address)
    {
        if (NativeSeam.IsEnabled && NativeSeam.Intercept(nameof(UnmapViewOfFile), out nint result, (nint)address))
            return (int)result;
        return Calls.UnmapViewOfFile(address);
    }

    internal static int FlushViewOfFile(void* address, nuint size)
    {
        if (NativeSeam.IsEnabled && NativeSeam.Intercept(
            nameof(FlushViewOfFile), out nint result, (nint)address, (nint)size))
        {
            return (int)result;
        }
        return Calls.FlushViewOfFile(address, size);
    }

    internal static int PrefetchVirtualMemory(nint process, nuint count, void* ranges, uint flags)
    {
        if (NativeSeam.IsEnabled && NativeSeam.Intercept(
            nameof(PrefetchVirtualMemory), out nint result, process, (nint)count, (nint)ranges, (nint)flags))
        {
            return (int)result;
        }
        return Calls.PrefetchVirtualMemory(process, count, ranges, flags);
    }

    internal static void GetNativeSystemInfo(SystemInfo* information)
    {
        if (NativeSeam.IsEnabled && NativeSeam.Intercept(
            nameof(GetNativeSystemInfo), out nint result, (nint)information))
        {
            return;
        }
        Calls.GetNativeSystemInfo(information);
    }

    internal static int DeviceIoControl(
        nint file, uint code, void* input, uint inputSize, void* output, uint outputSize, uint* returned,
        Overlapped* overlapped)
    {
        if (NativeSeam.IsEnabled && NativeSeam.Intercept(
            nameof(DeviceIoControl), out nint result, file, (nint)code, (nint)input, (nint)inputSize,
            (nint)output, (nint)outputSize, (nint)returned, (nint)overlapped))
        {
            return (int)result;
        }
        return Calls.DeviceIoControl(file, code, input, inputSize, output, outputSize, returned, overlapped);
    }

    internal static int CreateHardLinkW(ushort* name, ushort* existing, void* security)
    {
        if (NativeSeam.IsEnabled && NativeSeam.Intercept(
            nameof(CreateHardLinkW), out nint result, (nint)name, (nint)existing, (nint)security))
        {
            return (int)result;
        }
        return Calls.CreateHardLinkW(name, existing, security);
    }

    internal static byte CreateSymbolicLinkW(ushort* link, ushort* target, uint flags)
    {
        if (NativeSeam.IsEnabled && NativeSeam.Intercept(
            nameof(CreateSymbolicLinkW), out nint result, (nint)link, (nint)target, (nint)flags))
        {
            return (byte)result;
        }
        return Calls.CreateSymbolicLinkW(link, target, flags);
    }

    internal static uint GetFinalPathNameByHandleW(nint file, ushort* buffer, uint size, uint flags)
    {
        if (NativeSeam.IsEnabled && NativeSeam.Intercept(
            nameof(GetFinalPathNameByHandleW), out nint result, file, (nint)buffer, (nint)size, (nint)flags))
        {
            return (uint)result;
        }
        return Calls.GetFinalPathNameByHandleW(file, buffer, size, flags);
    }

    private static partial class Calls
    {
        [LibraryImport("kernel32")]
        internal static partial int CloseHandle(nint handle);

        [LibraryImport("kernel32")]
        internal static partial int ReadFile(
            nint file, void* buffer, uint count, uint* transferred, Overlapped* overlapped);

        [LibraryImport("kernel32")]
        internal static partial int WriteFile(
            nint file, void* buffer, uint count, uint* transferred, Overlapped* overlapped);

        [LibraryImport("kernel32")]
        internal static partial int GetOverlappedResult(
            nint file, Overlapped* overlapped, uint* transferred, int wait);

        [LibraryImport("kernel32")]
        internal static partial int CancelIoEx(nint file, Overlapped* overlapped);

        [LibraryImport("kernel32")]
        internal static partial nint CreateEventW(void* security, int manualReset, int initialState, ushort* name);

        [LibraryImport("kernel32")]
        internal static partial uint WaitForSingleObject(nint handle, uint milliseconds);

        [LibraryImport("kernel32")]
        internal static partial int SetFilePointerEx(nint file, long distance, long* position, uint method);

        [LibraryImport("kernel32")]
        internal static partial int FlushFileBuffers(nint file);

        [LibraryImport("kernel32")]
        internal static partial int GetFileInformationByHandleEx(
            nint file, int infoClass, void* information, uint size);

        [LibraryImport("kernel32")]
        internal static partial int SetFileInformationByHandle(
            nint file, int infoClass, void* information, uint size);

        [LibraryImport("kernel32")]
        internal static partial int GetFileInformationByHandle(nint file, void* information);

        [LibraryImport("kernel32")]
        internal static partial uint GetFileType(nint file);

        [LibraryImport("kernel32")]
        internal static partial nint GetCurrentProcess();

        [LibraryImport("kernel32")]
        internal static partial int DuplicateHandle(
            nint sourceProcess, nint source, nint targetProcess, nint* target, uint access, int inherit,
            uint options);

        [LibraryImport("kernel32")]
        internal static partial int LockFileEx(
            nint file, uint flags, uint reserved, uint lengthLow, uint lengthHigh, Overlapped* overlapped);

        [LibraryImport("kernel32")]
        internal static partial int UnlockFileEx(
            nint file, uint reserved, uint lengthLow, uint lengthHigh, Overlapped* overlapped);

        [LibraryImport("kernel32")]
        internal static partial void* VirtualAlloc(void* address, nuint size, uint type, uint protect);

        [LibraryImport("kernel32")]
        internal static partial int VirtualFree(void* address, nuint size, uint type);

        [LibraryImport("kernel32")]
        internal static partial int VirtualProtect(void* address, nuint size, uint protect, uint* old);

        [LibraryImport("kernel32")]
        internal static partial int VirtualLock(void* address, nuint size);

        [LibraryImport("kernel32")]
        internal static partial int VirtualUnlock(void* address, nuint size);

        [LibraryImport("kernel32")]
        internal static partial nuint GetLargePageMinimum();

        [LibraryImport("kernel32")]
        internal static partial void* VirtualAllocExNuma(
            nint process, void* address, nuint size, uint type, uint protect, uint node);

        [LibraryImport("kernel32")]
        internal static partial nint CreateFileMappingW(
            nint file, void* security, uint protect, uint sizeHigh, uint sizeLow, ushort* name);

        [LibraryImport("kernel32")]
        internal static partial void* MapViewOfFileEx(
            nint mapping, uint access, uint offsetHigh, uint offsetLow, nuint size, void* address);

        [LibraryImport("kernel32")]
        internal static partial int UnmapViewOfFile(void* address);

        [LibraryImport("kernel32")]
        internal static partial int FlushViewOfFile(void* address, nuint size);

        [LibraryImport("kernel32")]
        internal static partial int PrefetchVirtualMemory(nint process, nuint count, void* ranges, uint flags);

        [LibraryImport("kernel32")]
        internal static partial void GetNativeSystemInfo(SystemInfo* information);

        [LibraryImport("kernel32")]
        internal static partial int DeviceIoControl(
            nint file, uint code, void* input, uint inputSize, void* output, uint outputSize, uint* returned,
            Overlapped* overlapped);

        [LibraryImport("kernel32")]
        internal static partial int CreateHardLinkW(ushort* name, ushort* existing, void* security);

        [LibraryImport("kernel32")]
        internal static partial byte CreateSymbolicLinkW(ushort* link, ushort* target, uint flags);

        [LibraryImport("kernel32")]
        internal static partial uint GetFinalPathNameByHandleW(nint file, ushort* buffer, uint size, uint flags);
    }
}
