using System.Runtime.InteropServices;

namespace Gabbro.Platform.Native.Windows;

/// <summary><c>BY_HANDLE_FILE_INFORMATION</c> (fileapi.h), whose FILETIMEs are pairs of 32-bit words.</summary>
[StructLayout(LayoutKind.Sequential, Pack = 4)]
internal struct ByHandleFileInformation
{
    internal uint dwFileAttributes;
    internal long ftCreationTime;
    internal long ftLastAccessTime;
    internal long ftLastWriteTime;
    internal uint dwVolumeSerialNumber;
    internal uint nFileSizeHigh;
    internal uint nFileSizeLow;
    internal uint nNumberOfLinks;
    internal uint nFileIndexHigh;
    internal uint nFileIndexLow;
}
