using System.Runtime.InteropServices;

namespace Gabbro.Platform.Native.Windows;

/// <summary><c>FILE_STORAGE_INFO</c> (winbase.h).</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct FileStorageInfo
{
    internal uint LogicalBytesPerSector;
    internal uint PhysicalBytesPerSectorForAtomicity;
    internal uint PhysicalBytesPerSectorForPerformance;
    internal uint FileSystemEffectivePhysicalBytesPerSectorForAtomicity;
    internal uint Flags;
    internal uint ByteOffsetForSectorAlignment;
    internal uint ByteOffsetForPartitionAlignment;
}
