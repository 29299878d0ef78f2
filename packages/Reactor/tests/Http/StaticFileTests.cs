using System.Globalization;
using System.IO.Compression;
using System.Text;
using Gabbro.Platform.Sockets;
using Gabbro.Reactor.Http.Files;
using Gabbro.Reactor.Http.Server;
using Gabbro.Reactor.Net;

namespace Gabbro.Reactor.Tests.Http;

public sealed class StaticFileTests
{
    private string _parent = null!;

    [SetUp]
    public void Create()
    {
        _parent = Directory.CreateTempSubdirectory("gabbro-").FullName;
        string root = Path.Combine(_parent, "root");
        Directory.CreateDirectory(Path.Combine(root, "sub dir"));
        Directory.CreateDirectory(Path.Combine(root, "page"));
        File.WriteAllText(Path.Combine(_parent, "secret"), "secret");
        File.WriteAllText(Path.Combine(root, "a.txt"), "0123456789");
        File.WriteAllText(Path.Combine(root, "page", "index.html"), "<p>index");
        File.WriteAllText(Path.Combine(root, "sub dir", "b & c.css"), "x{}");
        File.WriteAllText(Path.Combine(root, ".hidden"), "hidden");
        File.WriteAllText(Path.Combine(root, "long.txt"), string.Concat(Enumerable.Repeat("the same line again\n", 1000)));
        File.WriteAllBytes(Path.Combine(root, "large.bin"), new byte[3_000_000]);
        if (!OperatingSystem.IsWindows())
        {
            File.CreateSymbolicLink(Path.Combine(root, "out"), Path.Combine(_parent, "secret"));
            File.CreateSymbolicLink(Path.Combine(root, "up"), "..");
        }
    }

    [TearDown]
    public void Delete() => Directory.Delete(_parent, recursive: true);

    private string Ask(string target, string fields = "", string method = "GET", StaticFileOptions? options = null)
    {
        using EventLoop loop = new();
        using StaticFileHandler files = new(Path.Combine(_parent, "root"), options);
        return loop.Run(async () =>
        {
            using HttpServer server = new(loop, files);
            SocketEndpoint address = server.Listen(LoopWorld.AnyPort);
            using StreamSocket stream = await loop.ConnectAsync(address);
            await stream.WriteAsync(Encoding.Latin1.GetBytes($"{method} {target} HTTP/1.1\r\nHost: a\r\nConnection: close\r\n{fields}\r\n"));
            using MemoryStream answer = new();
            byte[] buffer = new byte[65536];
            int count;
            while ((count = await stream.ReadAsync(buffer)) > 0)
                answer.Write(buffer, 0, count);
            return Encoding.Latin1.GetString(answer.ToArray());
        });
    }

    [Test]
    public void Get_File_IsServedWithTypeAndValidators()
    {
        string answer = Ask("/a.txt");
        Assert.That(answer, Does.StartWith("HTTP/1.1 200 OK").And.EndsWith("\r\n\r\n0123456789"));
        Assert.That(answer, Does.Contain("Content-Type: text/plain; charset=utf-8").And.Contain("ETag: \"").And.Contain("Last-Modified: ").And.Contain("Content-Length: 10\r\n"));
        Assert.That(Ask("/a.txt", method: "HEAD"), Does.Contain("Content-Length: 10\r\n").And.EndsWith("\r\n\r\n"));
        Assert.That(Ask("/large.bin").Length, Is.GreaterThan(3_000_000));
        Assert.That(Ask("/sub%20dir/b%20%26%20c.css"), Does.Contain("text/css").And.EndsWith("x{}"));
    }

    [TestCase("bytes=0-3", "206", "0123", "bytes 0-3/10")]
    [TestCase("bytes=7-", "206", "789", "bytes 7-9/10")]
    [TestCase("bytes=-2", "206", "89", "bytes 8-9/10")]
    [TestCase("bytes=5-100", "206", "56789", "bytes 5-9/10")]
    [TestCase("bytes=-100", "206", "0123456789", "bytes 0-9/10")]
    [TestCase("bytes=10-", "416", "", "bytes */10")]
    [TestCase("bytes=-0", "416", "", "bytes */10")]
    [TestCase("bytes=5-4", "200", "0123456789", null)]
    [TestCase("bytes=0-1,3-4", "200", "0123456789", null)]
    [TestCase("lines=0-1", "200", "0123456789", null)]
    [TestCase("bytes=a-b", "200", "0123456789", null)]
    public void Get_Range_IsAnsweredAsRfc9110Has(string range, string status, string body, string? contentRange)
    {
        string answer = Ask("/a.txt", $"Range: {range}\r\n");
        Assert.That(answer, Does.StartWith($"HTTP/1.1 {status}").And.EndsWith("\r\n\r\n" + body));
        if (contentRange is not null)
            Assert.That(answer, Does.Contain($"Content-Range: {contentRange}\r\n"));
    }

    [Test]
    public void Get_Conditions_AreAnsweredInTheirOrder()
    {
        string answer = Ask("/a.txt");
        string tag = Field(answer, "ETag");
        string modified = Field(answer, "Last-Modified");
        string before = DateTimeOffset.Parse(modified, CultureInfo.InvariantCulture).AddDays(-1).ToString("R", CultureInfo.InvariantCulture);
        Assert.Multiple(() =>
        {
            Assert.That(Ask("/a.txt", $"If-None-Match: {tag}\r\n"), Does.StartWith("HTTP/1.1 304").And.EndsWith("\r\n\r\n"));
            Assert.That(Ask("/a.txt", $"If-None-Match: \"x\", W/{tag}\r\n"), Does.StartWith("HTTP/1.1 304"));
            Assert.That(Ask("/a.txt", "If-None-Match: \"x\"\r\n"), Does.StartWith("HTTP/1.1 200"));
            Assert.That(Ask("/a.txt", $"If-None-Match: \"x\"\r\nIf-Modified-Since: {modified}\r\n"), Does.StartWith("HTTP/1.1 200"));
            Assert.That(Ask("/a.txt", $"If-Modified-Since: {modified}\r\n"), Does.StartWith("HTTP/1.1 304"));
            Assert.That(Ask("/a.txt", $"If-Modified-Since: {before}\r\n"), Does.StartWith("HTTP/1.1 200"));
            Assert.That(Ask("/a.txt", "If-Match: \"x\"\r\n"), Does.StartWith("HTTP/1.1 412"));
            Assert.That(Ask("/a.txt", $"If-Match: {tag}\r\n"), Does.StartWith("HTTP/1.1 200"));
            Assert.That(Ask("/a.txt", $"If-Unmodified-Since: {before}\r\n"), Does.StartWith("HTTP/1.1 412"));
            Assert.That(Ask("/a.txt", $"Range: bytes=0-1\r\nIf-Range: {tag}\r\n"), Does.StartWith("HTTP/1.1 206"));
            Assert.That(Ask("/a.txt", "Range: bytes=0-1\r\nIf-Range: \"x\"\r\n"), Does.StartWith("HTTP/1.1 200"));
        });
    }

    [TestCase("/../secret")]
    [TestCase("/%2e%2e/secret")]
    [TestCase("/sub%20dir/../../secret")]
    [TestCase("/..%2fsecret")]
    [TestCase("/%5c..%5csecret")]
    [TestCase("/out")]
    [TestCase("/up/secret")]
    [TestCase("/a.txt%00.html")]
    [TestCase("/a.txt%ff")]
    [TestCase("/%zz")]
    [TestCase("//etc/passwd")]
    [TestCase("/.hidden")]
    [TestCase("/nothing")]
    [TestCase("/a.txt/")]
    public void Get_OutsideOrNotThere_Is404(string target)
    {
        string answer = Ask(target);
        Assert.That(answer, Does.StartWith("HTTP/1.1 404"));
        Assert.That(answer, Does.Not.Contain("secret").And.Not.Contain("root:"));
    }

    [Test]
    public void Get_Directory_IsIndexListingOrRedirect()
    {
        Assert.Multiple(() =>
        {
            Assert.That(Ask("/page/"), Does.EndWith("<p>index"));
            Assert.That(Ask("/page"), Does.StartWith("HTTP/1.1 301").And.Contain("Location: /page/\r\n"));
            Assert.That(Ask("/"), Does.Contain("a.txt").And.Contain("sub dir/").And.Not.Contain(".hidden"));
            Assert.That(Ask("/sub%20dir/"), Does.Contain("b &amp; c.css").And.Contain("b%20%26%20c.css"));
            Assert.That(Ask("/", options: new StaticFileOptions { ListDirectories = false }), Does.StartWith("HTTP/1.1 404"));
            Assert.That(Ask("/a.txt", method: "POST", fields: "Content-Length: 0\r\n"), Does.StartWith("HTTP/1.1 405").And.Contain("Allow: GET, HEAD"));
        });
    }

    [Test]
    public void Get_Compressed_WhenAskedFor()
    {
        StaticFileOptions options = new() { Compress = true };
        string answer = Ask("/long.txt", "Accept-Encoding: br, gzip;q=0.5\r\n", options: options);
        Assert.That(answer, Does.Contain("Content-Encoding: gzip").And.Contain("Vary: Accept-Encoding"));
        byte[] body = Encoding.Latin1.GetBytes(answer[(answer.IndexOf("\r\n\r\n", StringComparison.Ordinal) + 4)..]);
        using StreamReader reader = new(new GZipStream(new MemoryStream(body), CompressionMode.Decompress));
        Assert.That(reader.ReadToEnd(), Has.Length.EqualTo(20_000));
        Assert.That(Ask("/long.txt", "Accept-Encoding: gzip;q=0\r\n", options: options), Does.Not.Contain("Content-Encoding"));
        Assert.That(Ask("/long.txt", options: options), Does.Not.Contain("Content-Encoding").And.Contain("Vary"));
    }

    private static string Field(string answer, string name) =>
        answer.Split("\r\n").Single(line => line.StartsWith(name + ": ", StringComparison.Ordinal))[(name.Length + 2)..];
}
