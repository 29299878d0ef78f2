using System.Runtime.InteropServices;

namespace Gabbro.Platform.Native.Unix;

/// <summary>poll.h: the same on Linux and Darwin.</summary>
internal static unsafe partial class SysPoll
{
    internal const short POLLIN = 1;
    internal const short POLLOUT = 4;
    internal const short POLLERR = 8;
    internal const short POLLHUP = 16;

    internal static int poll(PollDescriptor* descriptors, nuint number, int milliseconds)
    {
        if (NativeSeam.IsEnabled && NativeSeam.Intercept(
            nameof(poll), out nint result, (nint)descriptors, (nint)number, milliseconds))
        {
            return (int)result;
        }
        return Calls.poll(descriptors, number, milliseconds);
    }

    private static partial class Calls
    {
        [LibraryImport("libc")]
        internal static partial int poll(PollDescriptor* descriptors, nuint number, int milliseconds);
    }
}
