using System.Buffers.Text;
using System.Globalization;
using System.Text;

namespace Gabbro.Reactor.Http.Server;

/// <summary>Parts of response heads that do not change from request to request, as bytes.</summary>
internal sealed class ResponseText
{
    private const int LowestStatus = 100;
    private const int HighestStatus = 599;

    /// <summary>The status line of every code.</summary>
    private static readonly byte[]?[] StatusLines = new byte[]?[HighestStatus + 1 - LowestStatus];

    private readonly byte[] _serverField;
    private byte[] _dateField = [];
    private long _dateSecond = long.MinValue;

    public ResponseText(string? serverName) =>
        _serverField = serverName is null ? [] : Encoding.Latin1.GetBytes($"Server: {serverName}\r\n");

    /// <summary>Status line, for instance <c>HTTP/1.1 200 OK CR LF</c>.</summary>
    public static ReadOnlySpan<byte> StatusLine(int status) =>
        StatusLines[status - LowestStatus] ??= Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"HTTP/1.1 {status:000} {ReasonPhrases.Of(status)}\r\n"));

    /// <summary>True for a code that a final response may have.</summary>
    public static bool IsFinalStatus(int status) => status is >= 200 and <= HighestStatus;

    /// <summary>The Server field, or nothing.</summary>
    public ReadOnlySpan<byte> ServerField => _serverField;

    /// <summary>The Date field. Made anew once a second, since its value has no finer steps.</summary>
    public ReadOnlySpan<byte> DateField(EventLoop loop)
    {
        long second = loop.NowNanoseconds / 1_000_000_000;
        if (second != _dateSecond)
        {
            _dateSecond = second;
            byte[] field = new byte[37];
            "Date: "u8.CopyTo(field);
            Utf8Formatter.TryFormat(loop.BackendImplementation.UtcNow, field.AsSpan(6), out _, new System.Buffers.StandardFormat('R'));
            "\r\n"u8.CopyTo(field.AsSpan(35));
            _dateField = field;
        }

        return _dateField;
    }
}
