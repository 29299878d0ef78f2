using Gabbro.Platform.Memory;

namespace Gabbro.Platform.Native.Windows;

/// <summary>File mappings by sections and views.</summary>
internal static unsafe class WindowsMapping
{
    internal static NativeError Map(nint file, long offset, nuint length, FileMappingAccess access, out byte* start)
    {
        start = null;
        uint protect = access switch
        {
            FileMappingAccess.ReadWrite => Kernel32.PAGE_READWRITE,
            FileMappingAccess.CopyOnWrite => Kernel32.PAGE_WRITECOPY,
            _ => Kernel32.PAGE_READONLY,
        };
        // Size 0 is the file's size: a section never extends the file behind the caller's back.
        nint section = Kernel32.CreateFileMappingW(file, null, protect, 0, 0, null);
        if (section == 0)
            return NativeError.Last();
        uint view = access switch
        {
            FileMappingAccess.ReadWrite => Kernel32.FILE_MAP_READ | Kernel32.FILE_MAP_WRITE,
            FileMappingAccess.CopyOnWrite => Kernel32.FILE_MAP_COPY,
            _ => Kernel32.FILE_MAP_READ,
        };
        start = (byte*)Kernel32.MapViewOfFileEx(section, view, (uint)(offset >> 32), (uint)offset, length, null);
        NativeError error = start is not null ? default : NativeError.Last();
        // The view holds the section.
        _ = Kernel32.CloseHandle(section);
        return error;
    }

    internal static NativeError Flush(byte* start, nuint length) =>
        Kernel32.FlushViewOfFile(start, length) != 0 ? default : NativeError.Last();
}
