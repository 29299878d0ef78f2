namespace Gabbro.Reactor.Backends;

/// <summary>Opens the backend that options ask for.</summary>
internal static class BackendChoice
{
    public static Backend Open(BackendKind kind)
    {
        if (kind == BackendKind.Auto)
        {
            kind = OperatingSystem.IsLinux() ? BackendKind.Epoll
                : OperatingSystem.IsWindows() ? BackendKind.Iocp
                : BackendKind.Kqueue;
        }

        return kind switch
        {
            BackendKind.Epoll when OperatingSystem.IsLinux() => new PollerBackend(kind, new PollerSource()),
            BackendKind.IoUring when OperatingSystem.IsLinux() => RingBackend.Open(),
            BackendKind.Iocp when OperatingSystem.IsWindows() => new PollerBackend(kind, new PollerSource()),
            BackendKind.Kqueue when OperatingSystem.IsMacOS() || OperatingSystem.IsFreeBSD() => new PollerBackend(kind, new PollerSource()),
            BackendKind.Simulated => throw new ArgumentException("A simulated loop is made by a SimulatedWorld.", nameof(kind)),
            _ => throw new PlatformNotSupportedException($"The backend {kind} is not one of this system."),
        };
    }
}
