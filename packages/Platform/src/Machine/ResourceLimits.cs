using Gabbro.Platform.Native;
using Gabbro.Platform.Native.Linux;
using Gabbro.Platform.Native.Unix;

namespace Gabbro.Platform.Machine;

/// <summary>The limits the system puts on a process (getrlimit(2), prlimit(2)). Windows has no such limits; a job object is its
/// nearest relative.</summary>
public static unsafe class ResourceLimits
{
    /// <summary>The limits of this process on a resource, or why they are not known.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A kind that is not named by its enumeration.</exception>
    public static NativeError TryGet(ResourceKind kind, out ResourceLimit limit)
    {
        limit = default;
        int number = NativeNumber(kind);
        if (number < 0) return NativeError.Of(ErrorKind.NotSupported);
        ulong* pair = stackalloc ulong[2];
        if (SysResource.getrlimit(number, pair) != 0) return NativeError.Last();
        limit = new ResourceLimit(FromNative(pair[0]), FromNative(pair[1]));
        return default;
    }

    /// <summary>The limits of this process on a resource.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A kind that is not named by its enumeration.</exception>
    /// <exception cref="PlatformException">The system has no such limit (kind not-supported).</exception>
    public static ResourceLimit Get(ResourceKind kind)
    {
        TryGet(kind, out ResourceLimit limit).ThrowIfError("getrlimit", kind.ToString());
        return limit;
    }

    /// <summary>Sets the limits of this process on a resource.</summary>
    /// <exception cref="ArgumentException">The soft limit is above the hard one.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A kind that is not named by its enumeration.</exception>
    /// <exception cref="PlatformException">Not permitted, or the system has no such limit.</exception>
    public static void Set(ResourceKind kind, ResourceLimit limit) => TrySet(kind, limit).ThrowIfError("setrlimit", kind.ToString());

    /// <summary>Sets the limits of this process on a resource, or says why not.</summary>
    /// <exception cref="ArgumentException">The soft limit is above the hard one.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A kind that is not named by its enumeration.</exception>
    public static NativeError TrySet(ResourceKind kind, ResourceLimit limit)
    {
        int number = NativeNumber(kind);
        Check(limit);
        if (number < 0) return NativeError.Of(ErrorKind.NotSupported);
        ulong* pair = stackalloc ulong[] { ToNative(limit.Soft), ToNative(limit.Hard) };
        return SysResource.setrlimit(number, pair) == 0 ? default : NativeError.Last();
    }

    /// <summary>The limits of another process on a resource (prlimit(2), Linux).</summary>
    /// <exception cref="ArgumentOutOfRangeException">A kind that is not named by its enumeration.</exception>
    public static NativeError TryGet(int processId, ResourceKind kind, out ResourceLimit limit)
    {
        limit = default;
        int number = NativeNumber(kind);
        if (!Host.IsLinux || number < 0) return NativeError.Of(ErrorKind.NotSupported);
        ulong* pair = stackalloc ulong[2];
        if (Syscall.Invoke("prlimit64", ProcessSyscalls.prlimit64, processId, number, 0, (nint)pair) != 0) return NativeError.Last();
        limit = new ResourceLimit(pair[0], pair[1]);
        return default;
    }

    internal static void Check(ResourceLimit limit)
    {
        if (limit.Soft > limit.Hard) throw new ArgumentException("The soft limit is above the hard limit.", nameof(limit));
    }

    /// <summary>The native number, or -1 when the system has no such limit.</summary>
    internal static int NativeNumber(ResourceKind kind)
    {
        if (kind is < ResourceKind.ProcessorSeconds or > ResourceKind.RealTimeMicroseconds) throw new ArgumentOutOfRangeException(nameof(kind));
        if (Host.IsWindows) return -1;
        ReadOnlySpan<sbyte> linux = [0, 1, 2, 3, 4, 9, 6, 7, 8, 11, 12, 13, 14, 15];
        ReadOnlySpan<sbyte> darwin = [0, 1, 2, 3, 4, 5, 7, 8, 6, -1, -1, -1, -1, -1];
        return (Host.IsDarwin ? darwin : linux)[(int)kind];
    }

    // RLIM_INFINITY is all ones on Linux and the largest positive number on macOS.
    internal static ulong ToNative(ulong value) => Host.IsDarwin && value == ResourceLimit.Unlimited ? long.MaxValue : value;

    private static ulong FromNative(ulong value) => Host.IsDarwin && value == long.MaxValue ? ResourceLimit.Unlimited : value;
}
