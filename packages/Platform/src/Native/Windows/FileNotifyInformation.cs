using System.Runtime.InteropServices;

namespace Gabbro.Platform.Native.Windows;

/// <summary><c>FILE_NOTIFY_INFORMATION</c> (winnt.h); the name of <see cref="FileNameLength"/> bytes follows.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct FileNotifyInformation
{
    internal const int NameOffset = 12;

    internal uint NextEntryOffset;
    internal uint Action;
    internal uint FileNameLength;
}
