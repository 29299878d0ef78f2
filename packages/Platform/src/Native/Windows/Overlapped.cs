using System.Runtime.InteropServices;

namespace Gabbro.Platform.Native.Windows;

/// <summary><c>OVERLAPPED</c> (minwinbase.h).</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct Overlapped
{
    internal nuint Internal;
    internal nuint InternalHigh;
    internal uint Offset;
    internal uint OffsetHigh;
    internal nint hEvent;

    internal static Overlapped At(long offset, nint waitEvent = 0) =>
        new() { Offset = (uint)offset, OffsetHigh = (uint)(offset >> 32), hEvent = waitEvent };
}
