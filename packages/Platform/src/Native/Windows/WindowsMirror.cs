namespace Gabbro.Platform.Native.Windows;

/// <summary>
/// Memory mapped twice: a section, and two views side by side. A free range is found by reserving and releasing it;
/// another thread may take it in between, so try again.
/// </summary>
internal static unsafe class WindowsMirror
{
    private const int Attempts = 64;
    private const nint PageFile = -1;

    internal static NativeError Map(nuint capacity, out byte* start)
    {
        start = null;
        nint section = Kernel32.CreateFileMappingW(
            PageFile, null, Kernel32.PAGE_READWRITE, (uint)(capacity >> 32), (uint)capacity, null);
        if (section == 0)
            return NativeError.Last();
        const uint access = Kernel32.FILE_MAP_READ | Kernel32.FILE_MAP_WRITE;
        NativeError error = default;
        for (int attempt = 0; attempt < Attempts && start is null; attempt++)
        {
            byte* range = (byte*)Kernel32.VirtualAlloc(
                null, capacity * 2, Kernel32.MEM_RESERVE, Kernel32.PAGE_NOACCESS);
            if (range is null)
            {
                error = NativeError.Last();
                break;
            }
            _ = Kernel32.VirtualFree(range, 0, Kernel32.MEM_RELEASE);
            void* first = Kernel32.MapViewOfFileEx(section, access, 0, 0, capacity, range);
            if (first is null)
            {
                error = NativeError.Last();
                continue;
            }
            if (Kernel32.MapViewOfFileEx(section, access, 0, 0, capacity, range + capacity) is null)
            {
                error = NativeError.Last();
                _ = Kernel32.UnmapViewOfFile(first);
                continue;
            }
            start = range;
            error = default;
        }
        _ = Kernel32.CloseHandle(section);
        return error;
    }

    internal static void Unmap(byte* start, nuint capacity)
    {
        _ = Kernel32.UnmapViewOfFile(start);
        _ = Kernel32.UnmapViewOfFile(start + capacity);
    }
}
