namespace Gabbro.Platform.Time;

/// <summary>A point in time with nanoseconds: seconds since 1970-01-01 00:00:00 UTC (negative before) and nanoseconds within the second.</summary>
public readonly struct UnixTimestamp : IEquatable<UnixTimestamp>, IComparable<UnixTimestamp>
{
    private const long TicksPerSecond = 10_000_000;

    // 100 ns intervals between 1601-01-01, where Windows counts from, and 1970-01-01.
    private const long WindowsEpochTicks = 116_444_736_000_000_000;

    /// <summary>A timestamp from its parts.</summary>
    /// <param name="seconds">Seconds since 1970, negative before.</param>
    /// <param name="nanoseconds">Nanoseconds within the second, 0 to 999,999,999.</param>
    /// <exception cref="ArgumentOutOfRangeException">The nanoseconds are out of range.</exception>
    public UnixTimestamp(long seconds, int nanoseconds)
    {
        if ((uint)nanoseconds >= 1_000_000_000u)
            throw new ArgumentOutOfRangeException(nameof(nanoseconds), nanoseconds, "Must be 0 to 999,999,999.");
        Seconds = seconds;
        Nanoseconds = nanoseconds;
    }

    /// <summary>Seconds since 1970-01-01 UTC.</summary>
    public long Seconds { get; }

    /// <summary>Nanoseconds within the second, 0 to 999,999,999.</summary>
    public int Nanoseconds { get; }

    /// <summary>The timestamp of a date and time, to 100 ns.</summary>
    /// <param name="value">The date and time.</param>
    public static UnixTimestamp FromDateTimeOffset(DateTimeOffset value) => FromTicks(value.UtcTicks - DateTime.UnixEpoch.Ticks);

    /// <summary>The timestamp of a Windows FILETIME: 100 ns intervals since 1601.</summary>
    internal static UnixTimestamp FromWindows(long fileTime) => FromTicks(fileTime - WindowsEpochTicks);

    /// <summary>The FILETIME of this timestamp.</summary>
    internal long ToWindows() => (Seconds * TicksPerSecond) + (Nanoseconds / 100) + WindowsEpochTicks;

    /// <summary>The date and time, rounded down to 100 ns.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The timestamp lies outside the years 1 to 9999.</exception>
    public DateTimeOffset ToDateTimeOffset()
    {
        const long min = -62_135_596_800, max = 253_402_300_799;
        if (Seconds is < min or > max)
            throw new ArgumentOutOfRangeException(null, Seconds, "The timestamp lies outside the years 1 to 9999.");
        return new DateTimeOffset(DateTime.UnixEpoch.Ticks + (Seconds * TicksPerSecond) + (Nanoseconds / 100), TimeSpan.Zero);
    }

    /// <inheritdoc/>
    public int CompareTo(UnixTimestamp other) =>
        Seconds != other.Seconds ? Seconds.CompareTo(other.Seconds) : Nanoseconds.CompareTo(other.Nanoseconds);

    /// <inheritdoc/>
    public bool Equals(UnixTimestamp other) => Seconds == other.Seconds && Nanoseconds == other.Nanoseconds;

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is UnixTimestamp other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Seconds, Nanoseconds);

    /// <summary>Seconds and nanoseconds, for example <c>1700000000.000000001</c>.</summary>
    public override string ToString() => $"{Seconds}.{Nanoseconds:D9}";

    /// <summary>Whether two timestamps are the same.</summary>
    /// <param name="left">One.</param>
    /// <param name="right">The other.</param>
    public static bool operator ==(UnixTimestamp left, UnixTimestamp right) => left.Equals(right);

    /// <summary>Whether two timestamps differ.</summary>
    /// <param name="left">One.</param>
    /// <param name="right">The other.</param>
    public static bool operator !=(UnixTimestamp left, UnixTimestamp right) => !left.Equals(right);

    /// <summary>Whether one timestamp is earlier than another.</summary>
    /// <param name="left">One.</param>
    /// <param name="right">The other.</param>
    public static bool operator <(UnixTimestamp left, UnixTimestamp right) => left.CompareTo(right) < 0;

    /// <summary>Whether one timestamp is later than another.</summary>
    /// <param name="left">One.</param>
    /// <param name="right">The other.</param>
    public static bool operator >(UnixTimestamp left, UnixTimestamp right) => left.CompareTo(right) > 0;

    /// <summary>Whether one timestamp is not later than another.</summary>
    /// <param name="left">One.</param>
    /// <param name="right">The other.</param>
    public static bool operator <=(UnixTimestamp left, UnixTimestamp right) => left.CompareTo(right) <= 0;

    /// <summary>Whether one timestamp is not earlier than another.</summary>
    /// <param name="left">One.</param>
    /// <param name="right">The other.</param>
    public static bool operator >=(UnixTimestamp left, UnixTimestamp right) => left.CompareTo(right) >= 0;

    private static UnixTimestamp FromTicks(long ticks)
    {
        long seconds = Math.DivRem(ticks, TicksPerSecond, out long rest);
        if (rest < 0)
        {
            seconds--;
            rest += TicksPerSecond;
        }
        return new UnixTimestamp(seconds, (int)rest * 100);
    }
}
