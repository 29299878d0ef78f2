using System.Runtime.InteropServices;

namespace Gabbro.Platform.Native.Linux;

/// <summary><c>struct epoll_event</c> on every machine but x86: 16 bytes.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct EpollEventArm64
{
    public uint events;
    public ulong data;
}
