using System.Runtime.InteropServices;

namespace Gabbro.Platform.Native.Windows;

/// <summary><c>FILE_BASIC_INFO</c> (winbase.h).</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct FileBasicInfo
{
    internal long CreationTime;
    internal long LastAccessTime;
    internal long LastWriteTime;
    internal long ChangeTime;
    internal uint FileAttributes;
}
