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
    private readonly byte[] _dateField = new byte[37];
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

    /// <summary>The Date field. Written anew once a second, since its value has no finer steps, and in place: nothing allocates.</summary>
    public ReadOnlySpan<byte> DateField(EventLoop loop)
    {
        long second = loop.NowNanoseconds / 1_000_000_000;
        if (second != _dateSecond)
        {
            _dateSecond = second;
            "Date: "u8.CopyTo(_dateField);
            Utf8Formatter.TryFormat(loop.BackendImplementation.UtcNow, _dateField.AsSpan(6), out _, new System.Buffers.StandardFormat('R'));
            "\r\n"u8.CopyTo(_dateField.AsSpan(35));
        }

        return _dateField;
    }
}
