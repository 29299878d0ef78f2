using System.Runtime.InteropServices;

namespace Gabbro.Platform.Native.Darwin;

/// <summary><c>struct msghdr</c> of macOS: 48 bytes.</summary>
[StructLayout(LayoutKind.Sequential)]
internal unsafe struct DarwinMessageHeader
{
    public void* msg_name;
    public uint msg_namelen;
    public void* msg_iov;
    public int msg_iovlen;
    public void* msg_control;
    public uint msg_controllen;
    public int msg_flags;
}
