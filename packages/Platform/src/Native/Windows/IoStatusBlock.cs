using System.Runtime.InteropServices;

namespace Gabbro.Platform.Native.Windows;

/// <summary><c>IO_STATUS_BLOCK</c> (wdm.h).</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct IoStatusBlock
{
    // A union of the status with a pointer: only its lower half is ever meaningful.
    internal int Status;
    internal int padding;
    internal nuint Information;
}
