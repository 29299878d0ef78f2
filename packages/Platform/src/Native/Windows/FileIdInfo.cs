using System.Runtime.InteropServices;

namespace Gabbro.Platform.Native.Windows;

/// <summary><c>FILE_ID_INFO</c> (winbase.h).</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct FileIdInfo
{
    internal ulong VolumeSerialNumber;
    internal ulong FileIdLow;
    internal ulong FileIdHigh;
}
