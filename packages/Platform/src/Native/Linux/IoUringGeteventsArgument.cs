using System.Runtime.InteropServices;

namespace Gabbro.Platform.Native.Linux;

/// <summary><c>struct io_uring_getevents_arg</c>: 24 bytes.</summary>
[StructLayout(LayoutKind.Sequential)]
internal unsafe struct IoUringGeteventsArgument
{
    internal ulong sigmask;
    internal uint sigmask_sz;
    internal uint min_wait_usec;
    internal ulong ts;
}
