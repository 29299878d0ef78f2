using Gabbro.Platform.Machine;
using Gabbro.Platform.Memory;

namespace Gabbro.Platform.Native.Windows;

/// <summary>What every supported Windows has, has not, or tells when asked.</summary>
internal static unsafe class WindowsFeatures
{
    internal static NativeError Probe(Feature feature)
    {
        switch (feature)
        {
            case Feature.CompleteStatus or Feature.OpenFileLocks or Feature.RandomCall or Feature.ProcessBarrier
                or Feature.MemoryFile or Feature.ThreadAffinity or Feature.ProcessHandles or Feature.CloneWithControl:
                return default;
            case Feature.LargePages:
                nuint size = Kernel32.GetLargePageMinimum();
                if (size == 0)
                    return NativeError.Of(ErrorKind.NotSupported);
                if (VirtualMemory.TryAllocateLarge(size, size, out void* memory, out NativeError error))
                    _ = VirtualMemory.TryRelease(memory, size);
                return error;
            default:
                return NativeError.Of(ErrorKind.NotSupported);
        }
    }
}
