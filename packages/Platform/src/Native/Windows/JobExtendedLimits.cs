using System.Runtime.InteropServices;

namespace Gabbro.Platform.Native.Windows;

/// <summary><c>JOBOBJECT_EXTENDED_LIMIT_INFORMATION</c>: 144 bytes on 64-bit Windows.</summary>
[StructLayout(LayoutKind.Sequential)]
internal unsafe struct JobExtendedLimits
{
    internal long PerProcessUserTimeLimit;
    internal long PerJobUserTimeLimit;
    internal uint LimitFlags;
    internal nuint MinimumWorkingSetSize;
    internal nuint MaximumWorkingSetSize;
    internal uint ActiveProcessLimit;
    internal nuint Affinity;
    internal uint PriorityClass;
    internal uint SchedulingClass;
    internal fixed ulong IoInfo[6];
    internal nuint ProcessMemoryLimit;
    internal nuint JobMemoryLimit;
    internal nuint PeakProcessMemoryUsed;
    internal nuint PeakJobMemoryUsed;
}
