using System.Runtime.InteropServices;

namespace Gabbro.Platform.Native.Windows;

/// <summary><c>FILE_STANDARD_INFO</c> (winbase.h).</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct FileStandardInfo
{
    internal long AllocationSize;
    internal long EndOfFile;
    internal uint NumberOfLinks;
    internal byte DeletePending;
    internal byte Directory;
}
