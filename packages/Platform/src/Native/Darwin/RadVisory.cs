using System.Runtime.InteropServices;

namespace Gabbro.Platform.Native.Darwin;

/// <summary><c>struct radvisory</c>, the argument of F_RDADVISE (sys/fcntl.h).</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct RadVisory
{
    internal long ra_offset;
    internal int ra_count;
}
