using Gabbro.Platform.Memory;

namespace Gabbro.Platform.Native.Windows;

/// <summary>Address space by VirtualAlloc.</summary>
internal static unsafe class WindowsMemory
{
    internal static nuint PageSize => Information.dwPageSize;

    internal static nuint AllocationGranularity => Information.dwAllocationGranularity;

    private static SystemInfo Information
    {
        get
        {
            SystemInfo information;
            Kernel32.GetNativeSystemInfo(&information);
            return information;
        }
    }

    internal static NativeError Reserve(nuint size, nuint alignment, out void* address)
    {
        if (alignment <= VirtualMemory.AllocationGranularity)
        {
            address = Kernel32.VirtualAlloc(null, size, Kernel32.MEM_RESERVE, Kernel32.PAGE_NOACCESS);
            return address is not null ? default : NativeError.Last();
        }
        // A reservation can only be released whole: find an aligned hole with a larger one, release it and take the
        // hole. Another thread may take it first, so try again.
        NativeError error = default;
        for (int attempt = 0; attempt < 64; attempt++)
        {
            byte* larger = (byte*)Kernel32.VirtualAlloc(
                null, size + alignment, Kernel32.MEM_RESERVE, Kernel32.PAGE_NOACCESS);
            if (larger is null)
            {
                error = NativeError.Last();
                break;
            }
            void* aligned = (void*)(((nuint)larger + alignment - 1) & ~(alignment - 1));
            _ = Kernel32.VirtualFree(larger, 0, Kernel32.MEM_RELEASE);
            address = Kernel32.VirtualAlloc(aligned, size, Kernel32.MEM_RESERVE, Kernel32.PAGE_NOACCESS);
            if (address is not null)
                return default;
            error = NativeError.Last();
        }
        address = null;
        return error;
    }

    internal static NativeError Commit(void* address, nuint size, MemoryProtection protection) =>
        Kernel32.VirtualAlloc(address, size, Kernel32.MEM_COMMIT, Bits(protection)) is not null
            ? default : NativeError.Last();

    internal static NativeError Decommit(void* address, nuint size) =>
        Kernel32.VirtualFree(address, size, Kernel32.MEM_DECOMMIT) != 0 ? default : NativeError.Last();

    internal static NativeError Release(void* address) =>
        Kernel32.VirtualFree(address, 0, Kernel32.MEM_RELEASE) != 0 ? default : NativeError.Last();

    internal static NativeError Protect(void* address, nuint size, MemoryProtection protection)
    {
        uint old;
        return Kernel32.VirtualProtect(address, size, Bits(protection), &old) != 0 ? default : NativeError.Last();
    }

    internal static NativeError Advise(void* address, nuint size, MemoryAdvice advice)
    {
        switch (advice)
        {
            case MemoryAdvice.WillNeed:
                nint* range = stackalloc nint[2] { (nint)address, (nint)size };
                return Kernel32.PrefetchVirtualMemory(Kernel32.GetCurrentProcess(), 1, range, 0) != 0
                    ? default : NativeError.Last();
            case MemoryAdvice.Discard:
                NativeError error = Decommit(address, size);
                return error.IsError ? error : Commit(address, size, MemoryProtection.ReadWrite);
            case MemoryAdvice.Free:
                return Kernel32.VirtualAlloc(address, size, Kernel32.MEM_RESET, Kernel32.PAGE_READWRITE) is not null
                    ? default : NativeError.Last();
            case MemoryAdvice.Normal:
                return default;
            default:
                return NativeError.Of(ErrorKind.NotSupported);
        }
    }

    internal static uint Bits(MemoryProtection protection) =>
        (protection & MemoryProtection.Execute) != 0
            ? (protection & MemoryProtection.Write) != 0 ? Kernel32.PAGE_EXECUTE_READWRITE : Kernel32.PAGE_EXECUTE_READ
            : (protection & MemoryProtection.Write) != 0 ? Kernel32.PAGE_READWRITE
            : (protection & MemoryProtection.Read) != 0 ? Kernel32.PAGE_READONLY : Kernel32.PAGE_NOACCESS;
}
