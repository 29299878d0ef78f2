using BenchmarkDotNet.Attributes;
using Gabbro.Reactor.Http;

namespace Gabbro.Reactor.Benchmarks;

/// <summary>Parsing the head of a small request and of what a browser sends.</summary>
[MemoryDiagnoser]
public class ParserBenchmarks
{
    private readonly RequestHead _head = new();
    private readonly byte[] _small = "GET /plaintext HTTP/1.1\r\nHost: localhost:8080\r\n\r\n"u8.ToArray();
    private readonly byte[] _browser = """
        GET /articles/2026/11/an-article-with-a-long-name?utm_source=feed&page=2 HTTP/1.1
        Host: www.example.com
        User-Agent: Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0
        Accept: text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,*/*;q=0.8
        Accept-Language: en-US,en;q=0.5
        Accept-Encoding: gzip, deflate, br
        Connection: keep-alive
        Cookie: session=0123456789abcdef0123456789abcdef; theme=light; consent=yes
        Upgrade-Insecure-Requests: 1


        """.ReplaceLineEndings("\r\n").Select(c => (byte)c).ToArray();

    [Benchmark(Baseline = true)]
    public HeadStatus Small()
    {
        _head.Reset();
        return _head.Parse(_small);
    }

    [Benchmark]
    public HeadStatus Browser()
    {
        _head.Reset();
        return _head.Parse(_browser);
    }
}
