using Gabbro.Reactor;

namespace Gabbro.Tools.Httpd;

/// <summary>What the command line asked for.</summary>
internal sealed record SiteOptions(
    string? Directory,
    string Address,
    int Port,
    int Loops,
    bool Pin,
    BackendKind Backend,
    TimeSpan HeaderTimeout,
    TimeSpan KeepAlive,
    TimeSpan BodyTimeout,
    TimeSpan WriteTimeout,
    long MaxBody,
    int MaxHeader,
    int MaxConnections,
    bool Compress,
    bool Log);
