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
            BackendKind.Epoll or BackendKind.IoUring when OperatingSystem.IsLinux() => new PollerBackend(kind),
            BackendKind.Iocp when OperatingSystem.IsWindows() => new PollerBackend(kind),
            BackendKind.Kqueue when OperatingSystem.IsMacOS() || OperatingSystem.IsFreeBSD() => new PollerBackend(kind),
            BackendKind.Simulated => throw new ArgumentException("A simulated loop is made by a SimulatedWorld.", nameof(kind)),
            _ => throw new PlatformNotSupportedException($"The backend {kind} is not one of this system."),
        };
    }
}
