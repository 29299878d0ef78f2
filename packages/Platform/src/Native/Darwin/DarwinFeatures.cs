using Gabbro.Platform.Machine;
using Gabbro.Platform.Native.Unix;

namespace Gabbro.Platform.Native.Darwin;

/// <summary>What every supported macOS has, has not, or tells when asked.</summary>
internal static unsafe class DarwinFeatures
{
    internal static NativeError Probe(Feature feature)
    {
        switch (feature)
        {
            case Feature.CompleteStatus or Feature.RenameModes or Feature.RandomCall or Feature.SharedFutex:
                return default;
            case Feature.OpenFileLocks:
                DarwinFlock request = default;
                if (Fcntl.fcntl(-1, DarwinFcntl.F_OFD_GETLK, (nint)(&request)) == 0)
                    return default;
                NativeError error = NativeError.Last();
                return error.Kind == ErrorKind.InvalidHandle ? default : error;
            default:
                return NativeError.Of(ErrorKind.NotSupported);
        }
    }
}
