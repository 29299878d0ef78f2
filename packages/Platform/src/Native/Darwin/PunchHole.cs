using System.Runtime.InteropServices;

namespace Gabbro.Platform.Native.Darwin;

/// <summary><c>fpunchhole_t</c>, the argument of F_PUNCHHOLE (sys/fcntl.h).</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct PunchHole
{
    internal uint fp_flags;
    internal uint reserved;
    internal long fp_offset;
    internal long fp_length;
}
