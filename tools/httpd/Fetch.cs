using System.Diagnostics;
using System.Text;
using System.Text.Json;
using Gabbro.Platform;
using Gabbro.Reactor;
using Gabbro.Reactor.Http.Client;

namespace Gabbro.Tools.Httpd;

/// <summary><c>httpd fetch</c>: asks a server for something, once or as fast as it answers.</summary>
internal static class Fetch
{
    public static int Run(FetchOptions options)
    {
        byte[]? body = options.Data switch
        {
            null => null,
            ['@', .. string file] => File.ReadAllBytes(file),
            string text => Encoding.UTF8.GetBytes(text),
        };
        ClientRequest request = new(options.Method ?? (body is null ? "GET" : "POST"), new Uri(options.Url));
        foreach (string header in options.Headers)
        {
            string[] parts = header.Split(':', 2);
            request.AddField(parts[0].Trim(), parts.Length > 1 ? parts[1].Trim() : throw new ArgumentException($"'{header}' is not NAME: VALUE."));
        }

        if (body is not null)
            request.Body = RequestBody.FromMemory(body);
        using EventLoop loop = new(new EventLoopOptions { Backend = options.Backend });
        int code = 0;
        loop.Run(async () =>
        {
            using LoopHttpClient client = new(loop, new LoopHttpClientOptions
            {
                MaxRedirects = options.Redirects,
                HeadTimeout = options.Timeout,
                BodyTimeout = options.Timeout,
                SendTimeout = options.Timeout,
                MaxConnectionsPerOrigin = options.Connections,
            });
            code = options.Requests > 1 ? await RepeatAsync(client, options) : await OnceAsync(client, request, options);
        });
        return code;
    }

    private static async Task<int> OnceAsync(LoopHttpClient client, ClientRequest request, FetchOptions options)
    {
        long began = Stopwatch.GetTimestamp();
        using ClientResponse response = await client.SendAsync(request);
        int status = response.StatusCode;
        List<KeyValuePair<string, string>> fields = [];
        for (int i = 0; i < response.FieldCount; i++)
            fields.Add(new(Encoding.Latin1.GetString(response.FieldName(i)), Encoding.Latin1.GetString(response.FieldValue(i))));
        if (options.ShowHead && !options.Json)
        {
            Console.WriteLine($"HTTP/1.{response.MinorVersion} {status} {Encoding.Latin1.GetString(response.Reason)}".TrimEnd());
            foreach ((string name, string value) in fields)
                Console.WriteLine($"{name}: {value}");
            Console.WriteLine();
        }

        long length = 0;
        using (Stream output = options.Output is { } file ? File.Create(file) : options.Json ? Stream.Null : Console.OpenStandardOutput())
        {
            byte[] buffer = new byte[32 * 1024];
            for (int count; (count = await response.ReadAsync(buffer)) > 0; length += count)
                output.Write(buffer, 0, count);
        }

        if (options.Json)
        {
            Console.WriteLine(JsonSerializer.Serialize(
                new
                {
                    url = response.Uri.ToString(),
                    status,
                    fields = fields.Select(field => new { name = field.Key, value = field.Value }),
                    bytes = length,
                    milliseconds = Math.Round(Stopwatch.GetElapsedTime(began).TotalMilliseconds, 3),
                }));
        }

        return status < 400 ? 0 : 1;
    }

    /// <summary>Several connections, each asking again as soon as it was answered.</summary>
    private static async Task<int> RepeatAsync(LoopHttpClient client, FetchOptions options)
    {
        ClientRequest request = new(options.Method ?? "GET", new Uri(options.Url));
        double[] milliseconds = new double[options.Requests];
        int next = 0;
        int failed = 0;
        async Task Ask()
        {
            byte[] buffer = new byte[32 * 1024];
            for (int i; (i = next++) < milliseconds.Length;)
            {
                long began = Stopwatch.GetTimestamp();
                using ClientResponse response = await client.SendAsync(request);
                while (await response.ReadAsync(buffer) > 0)
                {
                }

                failed += response.StatusCode < 400 ? 0 : 1;
                milliseconds[i] = Stopwatch.GetElapsedTime(began).TotalMilliseconds;
            }
        }

        long start = Stopwatch.GetTimestamp();
        TimeSpan processor = Process.GetCurrentProcess().TotalProcessorTime;
        await Task.WhenAll(Enumerable.Range(0, options.Connections).Select(_ => Ask()));
        double seconds = Stopwatch.GetElapsedTime(start).TotalSeconds;
        double used = (Process.GetCurrentProcess().TotalProcessorTime - processor).TotalMicroseconds / milliseconds.Length;
        Array.Sort(milliseconds);
        double p50 = milliseconds[milliseconds.Length / 2];
        double p99 = milliseconds[milliseconds.Length * 99 / 100];
        if (options.Json)
        {
            Console.WriteLine(JsonSerializer.Serialize(new
            {
                requests = milliseconds.Length,
                connections = options.Connections,
                failed,
                perSecond = Math.Round(milliseconds.Length / seconds),
                cpuMicrosecondsPerRequest = Math.Round(used, 2),
                p50Milliseconds = Math.Round(p50, 3),
                p99Milliseconds = Math.Round(p99, 3),
            }));
        }
        else
        {
            Console.WriteLine($"{milliseconds.Length} requests on {options.Connections} connections, {failed} answered with an error");
            Console.WriteLine($"{milliseconds.Length / seconds:N0} a second, {used:F1} us of processor time each in this process; p50 {p50:F3} ms, p99 {p99:F3} ms");
        }

        return failed == 0 ? 0 : 1;
    }
}
