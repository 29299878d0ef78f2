using System.Runtime.InteropServices;

namespace Gabbro.Platform.Native.Linux;

/// <summary><c>struct io_uring_buf_reg</c>: 40 bytes.</summary>
[StructLayout(LayoutKind.Sequential)]
internal unsafe struct IoUringBufferRegistration
{
    internal ulong ring_addr;
    internal uint ring_entries;
    internal ushort bgid;
    internal ushort flags;
    internal fixed ulong resv[3];
}
