using Gabbro.Platform;

namespace Gabbro.Reactor.Backends;

/// <summary>Errors the reactor itself comes to, in the numbering of the running system, so that they map to their kinds.</summary>
internal static class SystemErrors
{
    public static NativeError Canceled { get; } = Of(linux: 125, darwin: 89, windows: 995);

    public static NativeError ConnectionReset { get; } = Of(linux: 104, darwin: 54, windows: 10054);

    public static NativeError ConnectionRefused { get; } = Of(linux: 111, darwin: 61, windows: 10061);

    public static NativeError BrokenPipe { get; } = Of(linux: 32, darwin: 32, windows: 109);

    public static NativeError AddressInUse { get; } = Of(linux: 98, darwin: 48, windows: 10048);

    public static NativeError TooManyOpenFiles { get; } = Of(linux: 24, darwin: 24, windows: 10024);

    public static NativeError TimedOut { get; } = Of(linux: 110, darwin: 60, windows: 10060);

    public static NativeError EndOfFile { get; } = Of(linux: 61, darwin: 96, windows: 38);

    private static NativeError Of(int linux, int darwin, int windows) =>
        OperatingSystem.IsWindows() ? NativeError.FromWin32(windows) : NativeError.FromErrno(OperatingSystem.IsLinux() ? linux : darwin);
}
