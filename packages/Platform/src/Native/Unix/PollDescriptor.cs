using System.Runtime.InteropServices;

namespace Gabbro.Platform.Native.Unix;

/// <summary><c>struct pollfd</c>: 8 bytes.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct PollDescriptor
{
    internal int fd;
    internal short events;
    internal short revents;
}
