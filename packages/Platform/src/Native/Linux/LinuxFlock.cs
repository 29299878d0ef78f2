using System.Runtime.InteropServices;

namespace Gabbro.Platform.Native.Linux;

/// <summary><c>struct flock</c> of Linux with 64-bit offsets (fcntl.h).</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct LinuxFlock
{
    internal short l_type;
    internal short l_whence;
    internal long l_start;
    internal long l_len;
    internal int l_pid;
}
