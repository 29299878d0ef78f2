using System.Runtime.InteropServices;

namespace Gabbro.Platform.Native.Unix;

/// <summary><c>struct timespec</c>: two words on every 64-bit target.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct Timespec
{
    internal long tv_sec;
    internal long tv_nsec;
}
