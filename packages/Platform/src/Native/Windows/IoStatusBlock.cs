using System.Runtime.InteropServices;

namespace Gabbro.Platform.Native.Windows;

/// <summary><c>IO_STATUS_BLOCK</c> (wdm.h).</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct IoStatusBlock
{
    internal nint Status;
    internal nuint Information;
}
