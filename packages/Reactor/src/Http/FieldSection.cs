namespace Gabbro.Reactor.Http;

/// <summary>
/// The field lines of a head or of trailers, found where they stand. Resumable: a line that is not complete is looked at
/// again from its start when more bytes are there, finished lines never.
/// </summary>
internal struct FieldSection
{
    private const int InitialFields = 16;

    /// <summary>Ranges of the finished lines; grows to the number of fields the largest head so far had.</summary>
    public FieldRange[] Ranges;

    /// <summary>Finished lines.</summary>
    public int Count;

    /// <summary>
    /// Parses one line at <paramref name="position"/>.
    /// </summary>
    /// <param name="head">The bytes of the head so far.</param>
    /// <param name="position">Start of the line; moved past it when it is complete.</param>
    /// <param name="limit">The largest number of fields.</param>
    /// <param name="end">True when the line was the empty one that ends the section.</param>
    /// <param name="rejection">The rule that was broken, with <see cref="HeadStatus.Rejected"/>.</param>
    /// <returns>Complete for one line, not for the section.</returns>
    public HeadStatus ParseLine(ReadOnlySpan<byte> head, ref int position, int limit, out bool end, out RejectionReason rejection)
    {
        end = false;
        rejection = RejectionReason.None;
        ReadOnlySpan<byte> rest = head[position..];
        if (rest.IsEmpty)
            return HeadStatus.Incomplete;
        int nameLength = HttpScanner.IndexOfNonToken(rest);
        if (nameLength == rest.Length)
            return HeadStatus.Incomplete;
        byte stop = rest[nameLength];
        if (stop != ':')
            return EndOrBadName(rest, nameLength, stop, ref position, out end, out rejection);
        if (nameLength == 0)
            return Reject(RejectionReason.InvalidFieldName, out rejection);

        int valueStart = nameLength + 1;
        while (valueStart < rest.Length && rest[valueStart] is (byte)' ' or (byte)'\t')
            valueStart++;
        int valueEnd = valueStart + HttpScanner.IndexOfControl(rest[valueStart..]);
        if (valueEnd == rest.Length)
            return HeadStatus.Incomplete;
        if (rest[valueEnd] != '\r')
            return Reject(rest[valueEnd] == '\n' ? RejectionReason.BareLineBreak : RejectionReason.InvalidFieldValue, out rejection);
        if (valueEnd + 1 == rest.Length)
            return HeadStatus.Incomplete;
        if (rest[valueEnd + 1] != '\n')
            return Reject(RejectionReason.BareLineBreak, out rejection);
        if (Count >= limit)
            return Reject(RejectionReason.TooManyFields, out rejection);

        int next = position + valueEnd + 2;
        while (valueEnd > valueStart && rest[valueEnd - 1] is (byte)' ' or (byte)'\t')
            valueEnd--;
        if (Ranges is null || Count == Ranges.Length)
            Array.Resize(ref Ranges, Ranges is null ? InitialFields : Math.Min(limit, Ranges.Length * 2));
        Ranges[Count++] = new FieldRange(position, nameLength, position + valueStart, valueEnd - valueStart);
        position = next;
        return HeadStatus.Complete;
    }

    /// <summary>Finds the first finished line with a name, which is given in lower case.</summary>
    public readonly bool TryGet(ReadOnlySpan<byte> head, ReadOnlySpan<byte> lowerName, out ReadOnlySpan<byte> value)
    {
        for (int i = 0; i < Count; i++)
        {
            ref readonly FieldRange range = ref Ranges[i];
            if (range.NameLength == lowerName.Length && Ascii.EqualsIgnoreCase(range.Name(head), lowerName))
            {
                value = range.Value(head);
                return true;
            }
        }

        value = default;
        return false;
    }

    private static HeadStatus EndOrBadName(
        ReadOnlySpan<byte> rest, int nameLength, byte stop, ref int position, out bool end, out RejectionReason rejection)
    {
        end = false;
        if (nameLength == 0 && stop == '\r')
        {
            if (rest.Length < 2)
            {
                rejection = RejectionReason.None;
                return HeadStatus.Incomplete;
            }

            if (rest[1] != '\n')
                return Reject(RejectionReason.BareLineBreak, out rejection);
            position += 2;
            end = true;
            rejection = RejectionReason.None;
            return HeadStatus.Complete;
        }

        // White space opens a folded line, but right after the request line it only hides a field from other readers:
        // both are refused the same way.
        return Reject(
            stop == '\n' || (stop == '\r' && nameLength == 0) ? RejectionReason.BareLineBreak
            : nameLength == 0 && stop is (byte)' ' or (byte)'\t' ? RejectionReason.ObsoleteFolding
            : RejectionReason.InvalidFieldName,
            out rejection);
    }

    private static HeadStatus Reject(RejectionReason reason, out RejectionReason rejection)
    {
        rejection = reason;
        return HeadStatus.Rejected;
    }
}
