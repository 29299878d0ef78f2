using System.Runtime.InteropServices;

namespace Gabbro.Platform.Native.Windows;

/// <summary><c>GROUP_AFFINITY</c> (winnt.h).</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct GroupAffinity
{
    internal nuint Mask;
    internal ushort Group;
    internal ushort Reserved0;
    internal ushort Reserved1;
    internal ushort Reserved2;
}
