using System.Runtime.InteropServices;

namespace Gabbro.Platform.Native.Linux;

/// <summary><c>struct io_uring_buf</c>: 16 bytes. The tail of a buffer ring lies in <c>resv</c> of its first entry.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct IoUringBuffer
{
    internal ulong addr;
    internal uint len;
    internal ushort bid;
    internal ushort resv;
}
