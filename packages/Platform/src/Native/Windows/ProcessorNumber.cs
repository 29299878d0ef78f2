using System.Runtime.InteropServices;

namespace Gabbro.Platform.Native.Windows;

/// <summary><c>PROCESSOR_NUMBER</c> (winnt.h).</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct ProcessorNumber
{
    internal ushort Group;
    internal byte Number;
    internal byte Reserved;
}
