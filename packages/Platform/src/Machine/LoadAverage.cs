using Gabbro.Platform.Native;
using Gabbro.Platform.Native.Unix;

namespace Gabbro.Platform.Machine;

/// <summary>How many processes ran or wanted to, on average over time (getloadavg(3)).</summary>
/// <param name="OneMinute">Over the last minute.</param>
/// <param name="FiveMinutes">Over the last five.</param>
/// <param name="FifteenMinutes">Over the last fifteen.</param>
public readonly unsafe record struct LoadAverage(double OneMinute, double FiveMinutes, double FifteenMinutes)
{
    /// <summary>The load now; an error of kind not-supported on Windows, which does not count it.</summary>
    public static NativeError TryRead(out LoadAverage load)
    {
        load = default;
        if (Host.IsWindows) return NativeError.Of(ErrorKind.NotSupported);
        double* values = stackalloc double[3];
        if (StdlibLoad.getloadavg(values, 3) != 3) return NativeError.Of(ErrorKind.NotSupported);
        load = new LoadAverage(values[0], values[1], values[2]);
        return default;
    }
}
