using System.Buffers;
using System.IO.Pipelines;
using System.Net;
using System.Text;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Server.Kestrel.Core.Internal.Http;

// Two shapes: "raw" is middleware on Kestrel without routing; "platform" is Kestrel's transport and parser alone, as the
// TechEmpower platform entry has it.
string shape = args[0];
int port = int.Parse(args[1], System.Globalization.CultureInfo.InvariantCulture);
var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
builder.WebHost.UseKestrelCore().ConfigureKestrel(options => options.Listen(IPAddress.Loopback, port, listen =>
{
    if (shape == "platform")
        listen.Run(connection => new PlatformConnection(connection).RunAsync());
}));
var app = builder.Build();
byte[] body = "Hello, World!"u8.ToArray();
app.Run(context =>
{
    context.Response.ContentType = "text/plain";
    context.Response.ContentLength = body.Length;
    return context.Response.Body.WriteAsync(body).AsTask();
});
app.Run();

/// <summary>Parses with Kestrel's parser and writes prepared answers into the transport's pipe.</summary>
internal sealed class PlatformConnection(ConnectionContext connection) : IHttpRequestLineHandler, IHttpHeadersHandler
{
    private readonly HttpParser<Adapter> _parser = new();
    private bool _lineDone;

    public async Task RunAsync()
    {
        PipeReader reader = connection.Transport.Input;
        PipeWriter writer = connection.Transport.Output;
        while (true)
        {
            ReadResult result = await reader.ReadAsync();
            Parse(result.Buffer, writer, out SequencePosition consumed);
            reader.AdvanceTo(consumed, result.Buffer.End);
            if (result.IsCompleted)
                return;
            await writer.FlushAsync();
        }
    }

    public void OnStartLine(HttpVersionAndMethod versionAndMethod, TargetOffsetPathLength targetPath, Span<byte> startLine)
    {
    }

    public void OnHeader(ReadOnlySpan<byte> name, ReadOnlySpan<byte> value)
    {
    }

    public void OnHeadersComplete(bool endStream)
    {
    }

    public void OnStaticIndexedHeader(int index)
    {
    }

    public void OnStaticIndexedHeader(int index, ReadOnlySpan<byte> value)
    {
    }

    private void Parse(in ReadOnlySequence<byte> buffer, PipeWriter writer, out SequencePosition consumed)
    {
        SequenceReader<byte> reader = new(buffer);
        consumed = buffer.Start;
        while (!reader.End)
        {
            if (!_lineDone)
            {
                if (!_parser.ParseRequestLine(new Adapter(this), ref reader))
                    break;
                _lineDone = true;
                consumed = reader.Position;
            }

            if (!_parser.ParseHeaders(new Adapter(this), ref reader))
                break;
            consumed = reader.Position;
            _lineDone = false;
            byte[] answer = PreparedAnswer.Current;
            answer.CopyTo(writer.GetSpan(answer.Length));
            writer.Advance(answer.Length);
        }
    }

    private readonly struct Adapter(PlatformConnection owner) : IHttpRequestLineHandler, IHttpHeadersHandler
    {
        public void OnStartLine(HttpVersionAndMethod versionAndMethod, TargetOffsetPathLength targetPath, Span<byte> startLine) =>
            owner.OnStartLine(versionAndMethod, targetPath, startLine);

        public void OnHeader(ReadOnlySpan<byte> name, ReadOnlySpan<byte> value) => owner.OnHeader(name, value);

        public void OnHeadersComplete(bool endStream) => owner.OnHeadersComplete(endStream);

        public void OnStaticIndexedHeader(int index) => owner.OnStaticIndexedHeader(index);

        public void OnStaticIndexedHeader(int index, ReadOnlySpan<byte> value) => owner.OnStaticIndexedHeader(index, value);
    }
}

/// <summary>The answer, made anew once a second for its date.</summary>
internal static class PreparedAnswer
{
    private static readonly Timer Second = new(static _ => Current = Make(), null, 1000, 1000);

    public static byte[] Current { get; private set; } = Make();

    private static byte[] Make()
    {
        GC.KeepAlive(Second);
        return Encoding.ASCII.GetBytes($"HTTP/1.1 200 OK\r\nDate: {DateTime.UtcNow:R}\r\nServer: Kestrel\r\nContent-Type: text/plain\r\nContent-Length: 13\r\n\r\nHello, World!");
    }
}
