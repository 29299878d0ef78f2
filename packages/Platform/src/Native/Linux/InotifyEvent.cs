using System.Runtime.InteropServices;

namespace Gabbro.Platform.Native.Linux;

/// <summary>The fixed part of <c>struct inotify_event</c>; the name follows it.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct InotifyEvent
{
    internal int wd;
    internal uint mask;
    internal uint cookie;
    internal uint len;
}
