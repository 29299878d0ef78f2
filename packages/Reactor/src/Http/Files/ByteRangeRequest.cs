namespace Gabbro.Reactor.Http.Files;

/// <summary>The Range field of a request, RFC 9110, section 14: one range of bytes.</summary>
internal static class ByteRangeRequest
{
    /// <summary>What a Range field comes to.</summary>
    public enum Result
    {
        /// <summary>Not a range this server serves (several ranges, another unit, malformed): the whole is sent, as the field may be ignored.</summary>
        Ignored,

        /// <summary>A range within the representation.</summary>
        Satisfiable,

        /// <summary>A range that begins behind the end: 416.</summary>
        Unsatisfiable,
    }

    /// <summary>Reads a Range field.</summary>
    /// <param name="value">The field.</param>
    /// <param name="length">The length of the whole.</param>
    /// <param name="offset">The first byte.</param>
    /// <param name="count">The number of bytes.</param>
    public static Result Parse(ReadOnlySpan<byte> value, long length, out long offset, out long count)
    {
        offset = 0;
        count = length;
        if (value.Length < 6 || !Ascii.EqualsIgnoreCase(value[..6], "bytes="u8))
            return Result.Ignored;
        ReadOnlySpan<byte> range = Ascii.TrimWhiteSpace(value[6..]);
        int dash = range.IndexOf((byte)'-');
        if (dash < 0 || range.Contains((byte)','))
            return Result.Ignored;
        ReadOnlySpan<byte> first = range[..dash];
        ReadOnlySpan<byte> last = range[(dash + 1)..];
        if (first.IsEmpty)
        {
            if (!Ascii.TryParseDecimal(last, out long suffix))
                return Result.Ignored;
            if (suffix == 0 || length == 0)
                return Result.Unsatisfiable;
            count = Math.Min(suffix, length);
            offset = length - count;
            return Result.Satisfiable;
        }

        long end = long.MaxValue;
        if (!Ascii.TryParseDecimal(first, out long start) || (!last.IsEmpty && !Ascii.TryParseDecimal(last, out end)) || end < start)
            return Result.Ignored;
        if (start >= length)
            return Result.Unsatisfiable;
        offset = start;
        count = Math.Min(end, length - 1) - start + 1;
        return Result.Satisfiable;
    }
}
