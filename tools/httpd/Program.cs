using System.CommandLine;
using Gabbro.Platform;
using Gabbro.Reactor;
using Gabbro.Tools.Httpd;

Argument<DirectoryInfo?> directory = new("DIR") { Description = "The directory to serve; without one only /plaintext, /echo and /_status answer.", Arity = ArgumentArity.ZeroOrOne };
Option<int> port = new("--port") { Description = "The port; 0 lets the system choose.", DefaultValueFactory = _ => 8080 };
Option<string> address = new("--address") { Description = "The address to listen at.", DefaultValueFactory = _ => "127.0.0.1" };
Option<int> loops = new("--loops") { Description = "Event loops, each on a thread of its own.", DefaultValueFactory = _ => 1 };
Option<bool> pin = new("--pin") { Description = "Pin each loop to a processor." };
Option<string> backend = new("--backend") { Description = "What the loops wait on: epoll, uring, kqueue or iocp.", DefaultValueFactory = _ => "auto" };
Option<double> headerTimeout = new("--header-timeout") { Description = "Seconds until the head of a request must be complete.", DefaultValueFactory = _ => 15 };
Option<double> keepAlive = new("--keep-alive") { Description = "Seconds a connection may wait between requests.", DefaultValueFactory = _ => 75 };
Option<double> bodyTimeout = new("--body-timeout") { Description = "Seconds a client may send nothing of a body.", DefaultValueFactory = _ => 30 };
Option<double> writeTimeout = new("--write-timeout") { Description = "Seconds a client may take nothing of a response.", DefaultValueFactory = _ => 30 };
Option<long> maxBody = new("--max-body") { Description = "Bytes of a request body.", DefaultValueFactory = _ => 30_000_000 };
Option<int> maxHeader = new("--max-header") { Description = "Bytes of a request head.", DefaultValueFactory = _ => 32 * 1024 };
Option<int> maxConnections = new("--max-connections") { Description = "Open connections per loop; one more gets 503.", DefaultValueFactory = _ => int.MaxValue };
Option<bool> compress = new("--compress") { Description = "Compress text for clients that take gzip." };
Option<bool> log = new("--log") { Description = "Write a line for every request to standard output." };

// What looks like an option and is none would otherwise be taken for the directory.
directory.Validators.Add(result =>
{
    if (result.Tokens.FirstOrDefault(token => token.Value.StartsWith('-')) is { } option)
        result.AddError($"Unknown option '{option.Value}'.");
});
backend.AcceptOnlyFromAmong("auto", "epoll", "uring", "kqueue", "iocp");
port.Validators.Add(result => Require(result, result.GetValue(port) is >= 0 and <= ushort.MaxValue, "--port is between 0 and 65535."));
loops.Validators.Add(result => Require(result, result.GetValue(loops) is >= 1 and <= 1024, "--loops is between 1 and 1024."));
maxHeader.Validators.Add(result => Require(result, result.GetValue(maxHeader) >= 1024, "--max-header is at least 1024."));
maxBody.Validators.Add(result => Require(result, result.GetValue(maxBody) >= 0, "--max-body is not negative."));
maxConnections.Validators.Add(result => Require(result, result.GetValue(maxConnections) >= 1, "--max-connections is positive."));
foreach (Option<double> seconds in (Option<double>[])[headerTimeout, keepAlive, bodyTimeout, writeTimeout])
    seconds.Validators.Add(result => Require(result, result.GetValue(seconds) is > 0 and < 1e6, $"{seconds.Name} is a positive number of seconds."));

RootCommand root = new("Serves the files of a directory over HTTP/1.1 on event loops, with a live status page at /_status.")
{
    directory, port, address, loops, pin, backend, headerTimeout, keepAlive, bodyTimeout, writeTimeout, maxBody, maxHeader, maxConnections, compress, log,
};
root.SetAction(result => Guard(() => Site.Run(new SiteOptions(
    result.GetValue(directory)?.FullName,
    result.GetValue(address)!,
    result.GetValue(port),
    result.GetValue(loops),
    result.GetValue(pin),
    Backend(result.GetValue(backend)!),
    TimeSpan.FromSeconds(result.GetValue(headerTimeout)),
    TimeSpan.FromSeconds(result.GetValue(keepAlive)),
    TimeSpan.FromSeconds(result.GetValue(bodyTimeout)),
    TimeSpan.FromSeconds(result.GetValue(writeTimeout)),
    result.GetValue(maxBody),
    result.GetValue(maxHeader),
    result.GetValue(maxConnections),
    result.GetValue(compress),
    result.GetValue(log)))));

Option<int> connections = new("--connections") { Description = "Connections to open.", DefaultValueFactory = _ => 10_000 };
Option<int> requests = new("--requests") { Description = "Requests to time at each step.", DefaultValueFactory = _ => 20_000 };
Option<FileInfo?> plot = new("--plot") { Description = "Where to draw memory and latency against connections (SVG)." };
Option<bool> json = new("--json") { Description = "Print the results as JSON." };
connections.Validators.Add(result => Require(result, result.GetValue(connections) is >= 10 and <= 1_000_000, "--connections is between 10 and 1000000."));
requests.Validators.Add(result => Require(result, result.GetValue(requests) >= 100, "--requests is at least 100."));
Command bench = new("bench", "Opens connections to a server of its own and measures memory per connection and latency.") { connections, requests, backend, plot, json };
bench.SetAction(result => Guard(() => Bench.Run(
    result.GetValue(connections), result.GetValue(requests), result.GetValue(backend)!, result.GetValue(plot), result.GetValue(json))));
root.Subcommands.Add(bench);

Option<int> kept = new("--connections") { Description = "Connections that stay open.", DefaultValueFactory = _ => 10_000 };
Option<int> duration = new("--seconds") { Description = "How long.", DefaultValueFactory = _ => 600 };
Option<int> rate = new("--rate") { Description = "Connections opened and closed each second, about.", DefaultValueFactory = _ => 1_000 };
Option<FileInfo?> memoryPlot = new("--plot") { Description = "Where to draw memory against time (SVG)." };
kept.Validators.Add(result => Require(result, result.GetValue(kept) is >= 0 and <= 1_000_000, "--connections is between 0 and 1000000."));
duration.Validators.Add(result => Require(result, result.GetValue(duration) is >= 1 and <= 1_000_000, "--seconds is between 1 and 1000000."));
rate.Validators.Add(result => Require(result, result.GetValue(rate) is >= 1 and <= 100_000, "--rate is between 1 and 100000."));
Command churn = new("churn", "Opens and closes connections in every manner beside others that stay open, and watches the memory of the server.") { kept, duration, rate, backend, memoryPlot, json };
churn.SetAction(result => Guard(() => new Churn(result.GetValue(kept), result.GetValue(duration), result.GetValue(rate)).Run(
    result.GetValue(backend)!, result.GetValue(memoryPlot), result.GetValue(json))));
root.Subcommands.Add(churn);

Argument<string> url = new("URL") { Description = "What to ask for: an http or https URL." };
Option<string?> method = new("--method") { Description = "The method; GET, or POST with --data." };
Option<string[]> header = new("--header") { Description = "A field to send, NAME: VALUE; may be given several times.", DefaultValueFactory = _ => [] };
Option<string?> data = new("--data") { Description = "The body to send; @FILE for what is in a file." };
Option<string?> output = new("--output") { Description = "Where to put the body; standard output without it." };
Option<int> redirects = new("--redirects") { Description = "Redirections to follow." };
Option<double> timeout = new("--timeout") { Description = "Seconds the server may let each step wait.", DefaultValueFactory = _ => 30 };
Option<int> times = new("--requests") { Description = "Ask that many times and tell how fast the answers came.", DefaultValueFactory = _ => 1 };
Option<int> width = new("--connections") { Description = "Connections to ask on at once.", DefaultValueFactory = _ => 1 };
Option<bool> head = new("--head") { Description = "Print the head of the response before its body." };
url.Validators.Add(result =>
{
    string text = result.Tokens is [{ } first, ..] ? first.Value : "";
    if (!Uri.TryCreate(text, UriKind.Absolute, out Uri? parsed) || parsed.Scheme is not ("http" or "https"))
        result.AddError(text.StartsWith('-') ? $"Unknown option '{text}'." : $"'{text}' is not an http or https URL.");
});
redirects.Validators.Add(result => Require(result, result.GetValue(redirects) is >= 0 and <= 100, "--redirects is between 0 and 100."));
timeout.Validators.Add(result => Require(result, result.GetValue(timeout) is > 0 and < 1e6, "--timeout is a positive number of seconds."));
times.Validators.Add(result => Require(result, result.GetValue(times) is >= 1 and <= 100_000_000, "--requests is between 1 and 100000000."));
width.Validators.Add(result => Require(result, result.GetValue(width) is >= 1 and <= 10_000, "--connections is between 1 and 10000."));
Command fetch = new("fetch", "Asks a server for something, once or many times, and prints what it says.")
{
    url, method, header, data, output, redirects, timeout, times, width, head, backend, json,
};
fetch.SetAction(result => Guard(() => Fetch.Run(new FetchOptions(
    result.GetValue(url)!,
    result.GetValue(method),
    result.GetValue(header)!,
    result.GetValue(data),
    result.GetValue(output),
    result.GetValue(redirects),
    TimeSpan.FromSeconds(result.GetValue(timeout)),
    result.GetValue(times),
    result.GetValue(width),
    result.GetValue(head),
    result.GetValue(json),
    Backend(result.GetValue(backend)!)))));
root.Subcommands.Add(fetch);

ParseResult parsed = root.Parse(args);
if (parsed.Errors.Count > 0)
{
    Console.Error.WriteLine($"httpd: {parsed.Errors[0].Message}");
    Console.Error.WriteLine("Usage: httpd [DIR] [options], httpd bench [options], httpd churn [options], httpd fetch URL [options]; 'httpd --help' lists them.");
    return 2;
}

return parsed.Invoke();

static void Require(System.CommandLine.Parsing.OptionResult result, bool condition, string message)
{
    if (!condition)
        result.AddError(message);
}

static BackendKind Backend(string name) => name switch
{
    "epoll" => BackendKind.Epoll,
    "uring" => BackendKind.IoUring,
    "kqueue" => BackendKind.Kqueue,
    "iocp" => BackendKind.Iocp,
    _ => BackendKind.Auto,
};

static int Guard(Func<int> run)
{
    try
    {
        return run();
    }
    catch (Exception exception) when (exception is IOException or PlatformNotSupportedException or ArgumentException or UnauthorizedAccessException)
    {
        Console.Error.WriteLine($"httpd: {exception.Message}");
        return 1;
    }
}
