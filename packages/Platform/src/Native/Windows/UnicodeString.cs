using System.Runtime.InteropServices;

namespace Gabbro.Platform.Native.Windows;

/// <summary><c>UNICODE_STRING</c> (ntdef.h). Lengths are in bytes.</summary>
[StructLayout(LayoutKind.Sequential)]
internal unsafe struct UnicodeString
{
    internal ushort Length;
    internal ushort MaximumLength;
    internal ushort* Buffer;
}
