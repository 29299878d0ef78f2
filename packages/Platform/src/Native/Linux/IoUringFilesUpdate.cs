using System.Runtime.InteropServices;

namespace Gabbro.Platform.Native.Linux;

/// <summary><c>struct io_uring_files_update</c>: 16 bytes.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct IoUringFilesUpdate
{
    internal uint offset;
    internal uint resv;
    internal ulong fds;
}
