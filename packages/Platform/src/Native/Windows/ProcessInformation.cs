using System.Runtime.InteropServices;

namespace Gabbro.Platform.Native.Windows;

/// <summary><c>PROCESS_INFORMATION</c>: 24 bytes.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct ProcessInformation
{
    internal nint hProcess;
    internal nint hThread;
    internal uint dwProcessId;
    internal uint dwThreadId;
}
