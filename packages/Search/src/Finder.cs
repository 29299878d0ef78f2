using System.Buffers;
using System.Runtime.InteropServices;
using System.Text;
using Gabbro.Search.Engines;
using Gabbro.Search.Kernels;
using Gabbro.Search.Streams;
using Gabbro.Search.Unicode;
using Gabbro.Search.Units;

namespace Gabbro.Search;

/// <summary>
/// Finds one needle in bytes: built once, then searched with from any number of threads at the same time.
/// </summary>
/// <remarks>
/// <para>Every search is O(n + m) in the worst case, whatever the needle and the haystack, and allocates nothing.
/// Construction is O(m) and copies the needle. The empty needle matches before every element and at the end.</para>
/// <para>Places are probed with the rarest positions of the needle, many at a time in vector registers; needles over 64
/// bytes are verified by Two-Way steps (Crochemore and Perrin, JACM 38, 1991). A scan that meets many false candidates
/// changes its probes to what this haystack shows to be rare.</para>
/// </remarks>
public sealed unsafe class Finder
{
    private static readonly UTF8Encoding StrictUtf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    private readonly byte[] _needle;
    private readonly SearchEngine _engine;
    private readonly SubstringEngine<Unit8, OrdinalFold>? _ordinal;

    private Finder(byte[] needle, FinderOptions options)
    {
        _needle = needle;
        Options = options;
        Tier = SearchFeatures.Resolve(options.Tier);
        SearchMeter.FinderBuilt();
        ReadOnlySpan<byte> bytes = needle;
        _engine = options.Case switch
        {
            CaseMode.Ordinal or CaseMode.AsciiIgnoreCase or CaseMode.UnicodeIgnoreCase when bytes.IsEmpty =>
                new EmptyEngine(1, options.WholeCharacters),
            CaseMode.Ordinal => _ordinal = new SubstringEngine<Unit8, OrdinalFold>(bytes, Tier, options.WholeCharacters),
            CaseMode.AsciiIgnoreCase => new SubstringEngine<Unit8, AsciiFold>(bytes, Tier, options.WholeCharacters),
            CaseMode.UnicodeIgnoreCase => new FoldedEngine<Unit8, Utf8Characters>(bytes, Tier),
            _ => throw new ArgumentOutOfRangeException(nameof(options), options.Case, "No such case mode."),
        };
    }

    /// <summary>The needle as given.</summary>
    public ReadOnlySpan<byte> Needle => _needle;

    internal SearchEngine Engine => _engine;

    /// <summary>The most bytes a match can have: the needle's, except under Unicode folding.</summary>
    internal int LongestMatch => (int)_engine.LongestMatch;

    /// <summary>The options as given.</summary>
    public FinderOptions Options { get; }

    /// <summary>The tier that searches run on; never <see cref="SearchTier.Auto"/>.</summary>
    public SearchTier Tier { get; }

    /// <summary>Builds a finder for <paramref name="needle"/>.</summary>
    /// <param name="needle">The bytes to look for; copied.</param>
    /// <param name="options">How to search, or <see langword="null"/> for <see cref="FinderOptions.Default"/>.</param>
    /// <returns>The finder.</returns>
    /// <exception cref="ArgumentException">The case mode is <see cref="CaseMode.UnicodeIgnoreCase"/> and the needle is not
    /// valid UTF-8.</exception>
    /// <exception cref="ArgumentOutOfRangeException">An option is no member of its enumeration.</exception>
    /// <exception cref="PlatformNotSupportedException">The processor lacks the forced tier.</exception>
    public static Finder Create(ReadOnlySpan<byte> needle, FinderOptions? options = null) =>
        new(needle.ToArray(), options ?? FinderOptions.Default);

    /// <summary>Builds a finder for the UTF-8 form of <paramref name="needle"/>.</summary>
    /// <param name="needle">The text to look for.</param>
    /// <param name="options">How to search, or <see langword="null"/> for <see cref="FinderOptions.Default"/>.</param>
    /// <returns>The finder.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="needle"/> is <see langword="null"/>.</exception>
    /// <exception cref="ArgumentException">The needle holds a lone surrogate.</exception>
    /// <exception cref="ArgumentOutOfRangeException">An option is no member of its enumeration.</exception>
    /// <exception cref="PlatformNotSupportedException">The processor lacks the forced tier.</exception>
    public static Finder Create(string needle, FinderOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(needle);
        return new(StrictUtf8.GetBytes(needle), options ?? FinderOptions.Default);
    }

    /// <summary>Whether the needle occurs in <paramref name="haystack"/>.</summary>
    /// <param name="haystack">Where to look.</param>
    /// <returns><see langword="true"/> if there is at least one match.</returns>
    public bool Contains(ReadOnlySpan<byte> haystack) => IndexOf(haystack) >= 0;

    /// <summary>The index of the first match, or -1.</summary>
    /// <param name="haystack">Where to look.</param>
    /// <returns>The index in bytes, or -1 if there is no match.</returns>
    public int IndexOf(ReadOnlySpan<byte> haystack)
    {
        fixed (byte* start = &MemoryMarshal.GetReference(haystack))
            return (int)(_ordinal is { } ordinal ? ordinal.First(start, haystack.Length) : FirstOf(start, haystack.Length));
    }

    /// <summary>The index of the first match in memory of any length, or -1.</summary>
    /// <param name="haystack">The first element. Must stay valid and in place during the call.</param>
    /// <param name="length">The number of bytes, not negative; may exceed 2^31.</param>
    /// <returns>The index in bytes, or -1 if there is no match.</returns>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="length"/> is negative.</exception>
    public nint IndexOf(byte* haystack, nint length)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(length);
        return _ordinal is { } ordinal ? ordinal.First(haystack, length) : FirstOf(haystack, length);
    }

    private nint FirstOf(byte* haystack, nint length)
    {
        ScanState state = _engine.Start(length, backward: false, overlapping: false);
        return _engine.Next(haystack, length, ref state, out _);
    }

    /// <summary>The index of the last match, or -1. Searches from the end, so the nearer it is the sooner it returns.</summary>
    /// <param name="haystack">Where to look.</param>
    /// <returns>The index in bytes, or -1 if there is no match.</returns>
    public int LastIndexOf(ReadOnlySpan<byte> haystack)
    {
        fixed (byte* start = &MemoryMarshal.GetReference(haystack)) return (int)LastIndexOf(start, haystack.Length);
    }

    /// <summary>The index of the last match in memory of any length, or -1.</summary>
    /// <param name="haystack">The first element. Must stay valid and in place during the call.</param>
    /// <param name="length">The number of elements, not negative; may exceed 2^31.</param>
    /// <returns>The index in bytes, or -1 if there is no match.</returns>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="length"/> is negative.</exception>
    public nint LastIndexOf(byte* haystack, nint length)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(length);
        ScanState state = _engine.Start(length, backward: true, overlapping: false);
        return _engine.Previous((byte*)haystack, length, ref state, out _);
    }

    /// <summary>The first match with its length, which only <see cref="CaseMode.UnicodeIgnoreCase"/> can vary.</summary>
    /// <param name="haystack">Where to look.</param>
    /// <param name="match">The first match, if there is one.</param>
    /// <returns>Whether there is a match.</returns>
    public bool TryFind(ReadOnlySpan<byte> haystack, out Match match)
    {
        MatchEnumerator matches = EnumerateMatches(haystack).GetEnumerator();
        bool found = matches.MoveNext();
        match = found ? matches.Current : default;
        return found;
    }

    /// <summary>The last match with its length.</summary>
    /// <param name="haystack">Where to look.</param>
    /// <param name="match">The last match, if there is one.</param>
    /// <returns>Whether there is a match.</returns>
    public bool TryFindLast(ReadOnlySpan<byte> haystack, out Match match)
    {
        MatchEnumerator matches = EnumerateMatches(haystack).Backward().GetEnumerator();
        bool found = matches.MoveNext();
        match = found ? matches.Current : default;
        return found;
    }

    /// <summary>How many times the needle occurs.</summary>
    /// <param name="haystack">Where to look.</param>
    /// <param name="overlapping">Whether matches may overlap; if not, each starts at or after the end of the one before.</param>
    /// <returns>The number of matches.</returns>
    public int Count(ReadOnlySpan<byte> haystack, bool overlapping = false)
    {
        fixed (byte* start = &MemoryMarshal.GetReference(haystack)) return (int)Count(start, haystack.Length, overlapping);
    }

    /// <summary>How many times the needle occurs in memory of any length.</summary>
    /// <param name="haystack">The first element. Must stay valid and in place during the call.</param>
    /// <param name="length">The number of elements, not negative; may exceed 2^31.</param>
    /// <param name="overlapping">Whether matches may overlap.</param>
    /// <returns>The number of matches.</returns>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="length"/> is negative.</exception>
    public nint Count(byte* haystack, nint length, bool overlapping = false)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(length);
        return _engine.Count((byte*)haystack, length, overlapping);
    }

    /// <summary>Writes the indexes of matches, first to last, until there are no more or there is no more room.</summary>
    /// <param name="haystack">Where to look.</param>
    /// <param name="destination">Receives the indexes.</param>
    /// <param name="resume">The index from which a further call would go on: slice the haystack there and add it to what that
    /// call returns. The length of the haystack if the search is complete.</param>
    /// <param name="overlapping">Whether matches may overlap.</param>
    /// <returns>The number of indexes written.</returns>
    public int FindAll(ReadOnlySpan<byte> haystack, Span<int> destination, out int resume, bool overlapping = false)
    {
        fixed (byte* start = &MemoryMarshal.GetReference(haystack))
        fixed (int* room = &MemoryMarshal.GetReference(destination))
        {
            ScanState state = _engine.Start((nint)haystack.Length, backward: false, overlapping);
            int written = _engine.Fill((byte*)start, (nint)haystack.Length, ref state, room, destination.Length, Unit8.Shift);
            resume = written < destination.Length ? haystack.Length : int.Min(haystack.Length, (int)(state.Next >> Unit8.Shift));
            return written;
        }
    }

    /// <summary>All matches, first to last, none overlapping the one before; see <see cref="MatchEnumerable"/> for others.</summary>
    /// <param name="haystack">Where to look.</param>
    /// <returns>A value to use in <c>foreach</c>; nothing is allocated.</returns>
    public MatchEnumerable EnumerateMatches(ReadOnlySpan<byte> haystack) =>
        new(_engine, ref MemoryMarshal.GetReference(haystack), haystack.Length, Unit8.Shift);

    /// <summary>The offset of the first match in a text of several segments, or -1.</summary>
    /// <param name="haystack">Where to look. Matches across segments are found.</param>
    /// <returns>The offset from the beginning of the sequence, or -1 if there is no match.</returns>
    /// <remarks>A single segment is searched without allocation; several allocate a <see cref="StreamSearcher"/>.</remarks>
    public long IndexOf(in ReadOnlySequence<byte> haystack)
    {
        if (haystack.IsSingleSegment) return IndexOf(haystack.FirstSpan);
        if (_needle.Length == 0) return 0;
        StreamSearcher searcher = new(this);
        FirstReceiver receiver = new();
        foreach (ReadOnlyMemory<byte> segment in haystack)
        {
            searcher.Feed(segment.Span, ref receiver);
            if (receiver.Offset >= 0) return receiver.Offset;
        }
        searcher.Complete(ref receiver);
        return receiver.Offset;
    }
}
