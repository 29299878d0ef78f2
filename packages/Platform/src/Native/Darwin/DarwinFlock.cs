using System.Runtime.InteropServices;

namespace Gabbro.Platform.Native.Darwin;

/// <summary><c>struct flock</c> of Darwin (sys/fcntl.h).</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct DarwinFlock
{
    internal long l_start;
    internal long l_len;
    internal int l_pid;
    internal short l_type;
    internal short l_whence;
}
