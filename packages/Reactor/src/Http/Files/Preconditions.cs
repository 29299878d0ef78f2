using System.Globalization;
using System.Text;
using Gabbro.Reactor.Http.Server;

namespace Gabbro.Reactor.Http.Files;

/// <summary>Conditional requests, RFC 9110, section 13.2.2, in the order that section demands.</summary>
internal static class Preconditions
{
    /// <summary>The status a condition leads to: 304, 412, or 0 to go on.</summary>
    public static int Check(in HttpExchange exchange, ServedFile file)
    {
        if (exchange.TryGetField("if-match"u8, out ReadOnlySpan<byte> match))
        {
            if (!Matches(match, file.Tag, weakly: false))
                return 412;
        }
        else if (exchange.TryGetField("if-unmodified-since"u8, out ReadOnlySpan<byte> unmodified) && TryParse(unmodified, out DateTimeOffset since) && file.Modified > since)
        {
            return 412;
        }

        if (exchange.TryGetField("if-none-match"u8, out ReadOnlySpan<byte> none))
            return Matches(none, file.Tag, weakly: true) ? 304 : 0;
        return exchange.TryGetField("if-modified-since"u8, out ReadOnlySpan<byte> modified) && TryParse(modified, out DateTimeOffset known) && file.Modified <= known ? 304 : 0;
    }

    /// <summary>Whether a range may be sent although the client holds part of some version.</summary>
    public static bool RangeApplies(in HttpExchange exchange, ServedFile file)
    {
        if (!exchange.TryGetField("if-range"u8, out ReadOnlySpan<byte> condition))
            return true;
        return condition.StartsWith("\""u8) ? condition.SequenceEqual(file.Tag) : TryParse(condition, out DateTimeOffset date) && date == file.Modified;
    }

    private static bool Matches(ReadOnlySpan<byte> list, ReadOnlySpan<byte> tag, bool weakly)
    {
        if (list.SequenceEqual("*"u8))
            return true;
        while (Ascii.NextListElement(ref list, out ReadOnlySpan<byte> element))
        {
            if (weakly && element.StartsWith("W/"u8))
                element = element[2..];
            if (element.SequenceEqual(tag))
                return true;
        }

        return false;
    }

    private static bool TryParse(ReadOnlySpan<byte> value, out DateTimeOffset date) =>
        DateTimeOffset.TryParseExact(
            Encoding.ASCII.GetString(value), "R", CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out date);
}
