using System.Runtime.InteropServices;

namespace Gabbro.Platform.Native.Linux;

/// <summary><c>struct statx_timestamp</c> (linux/stat.h).</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct StatxTimestamp
{
    internal long tv_sec;
    internal uint tv_nsec;
    internal int reserved;
}
