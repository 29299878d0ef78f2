using System.Runtime.InteropServices;

namespace Gabbro.Platform.Native.Linux;

/// <summary><c>struct epoll_event</c> on x64, packed so that 32-bit programs share it: 12 bytes.</summary>
[StructLayout(LayoutKind.Sequential, Pack = 1)]
internal struct EpollEventX64
{
    public uint events;
    public ulong data;
}
