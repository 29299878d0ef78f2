using System.Runtime.InteropServices;

namespace Gabbro.Platform.Native.Linux;

/// <summary><c>struct mmsghdr</c>: 64 bytes.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct LinuxMultiMessageHeader
{
    public LinuxMessageHeader msg_hdr;
    public uint msg_len;
}
