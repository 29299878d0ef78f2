using System.Runtime.InteropServices;

namespace Gabbro.Platform.Native.Windows;

/// <summary><c>SYSTEM_INFO</c> (sysinfoapi.h).</summary>
[StructLayout(LayoutKind.Sequential)]
internal unsafe struct SystemInfo
{
    internal ushort wProcessorArchitecture;
    internal ushort wReserved;
    internal uint dwPageSize;
    internal void* lpMinimumApplicationAddress;
    internal void* lpMaximumApplicationAddress;
    internal nuint dwActiveProcessorMask;
    internal uint dwNumberOfProcessors;
    internal uint dwProcessorType;
    internal uint dwAllocationGranularity;
    internal ushort wProcessorLevel;
    internal ushort wProcessorRevision;
}
