using Gabbro.Reactor;

namespace Gabbro.Tools.Httpd;

/// <summary>What the command line of <c>httpd fetch</c> says.</summary>
internal sealed record FetchOptions(
    string Url,
    string? Method,
    string[] Headers,
    string? Data,
    string? Output,
    int Redirects,
    TimeSpan Timeout,
    int Requests,
    int Connections,
    bool ShowHead,
    bool Json,
    BackendKind Backend);
