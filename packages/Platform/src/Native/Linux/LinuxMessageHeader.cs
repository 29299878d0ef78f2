using System.Runtime.InteropServices;

namespace Gabbro.Platform.Native.Linux;

/// <summary><c>struct msghdr</c> of glibc on a 64-bit Linux: 56 bytes. musl splits the two lengths into an int and padding,
/// which is the same bytes on a little-endian machine.</summary>
[StructLayout(LayoutKind.Sequential)]
internal unsafe struct LinuxMessageHeader
{
    public void* msg_name;
    public uint msg_namelen;
    public void* msg_iov;
    public nuint msg_iovlen;
    public void* msg_control;
    public nuint msg_controllen;
    public int msg_flags;
}
