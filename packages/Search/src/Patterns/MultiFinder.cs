using System.Numerics;
using System.Runtime.InteropServices;
using Gabbro.Search.Kernels;
using Gabbro.Search.Vectors;

namespace Gabbro.Search.Patterns;

/// <summary>Finds many patterns at once in bytes and says which one matched: built once, used from any thread.</summary>
/// <remarks>
/// <para>A few dozen patterns are looked for with packed vector lookups (Teddy), more of them by sampled hashes of a few bytes;
/// what passes is settled by hash. Beyond fifty thousand, and where too much passes, an Aho-Corasick automaton reads every byte. Overlapping search is O(n + matches);
/// leftmost search is O(n + matches × longest pattern). Searches allocate nothing; building is linear in the patterns.</para>
/// <para>An empty pattern matches at every index where no other pattern is preferred.</para>
/// </remarks>
public sealed unsafe class MultiFinder
{
    // The packed scan is given up when this many candidates came in fewer than Trials * Distance bytes.
    private const int Trials = 256, Distance = 4;

    private readonly byte[][] _patterns;
    private readonly Lazy<Automaton> _automaton;
    private readonly PackedPatterns? _packed;
    private readonly int _empty;
    private readonly int _longest;

    private MultiFinder(byte[][] patterns, MultiFinderOptions options)
    {
        Options = options;
        Tier = SearchFeatures.Resolve(options.Tier);
        SearchMeter.PatternsBuilt();
        if (options.Kind is < MatchKind.LeftmostFirst or > MatchKind.Overlapping)
            throw new ArgumentOutOfRangeException(nameof(options), options.Kind, "No such match kind.");
        bool ignoreCase = options.Case switch
        {
            CaseMode.Ordinal => false,
            CaseMode.AsciiIgnoreCase => true,
            _ => throw new ArgumentOutOfRangeException(nameof(options), options.Case, "Many patterns are searched for ordinally or by ASCII case."),
        };
        _patterns = patterns;
        if (ignoreCase)
            _patterns = Array.ConvertAll(patterns, pattern => Array.ConvertAll(pattern, value => (byte)Units.AsciiFold.Fold(value)));
        _empty = Array.FindIndex(patterns, pattern => pattern.Length == 0);
        _longest = patterns.Length == 0 ? 0 : patterns.Max(pattern => pattern.Length);
        if (options.Packed && _empty < 0) _packed = PackedPatterns.TryCreate(_patterns, ignoreCase, Tier);
        // With a packed scan the automaton may never be needed; without one it is, and a set too large should fail here.
        _automaton = new Lazy<Automaton>(() => new Automaton(_patterns, ignoreCase));
        if (_packed is null || options.Kind == MatchKind.Overlapping) _ = _automaton.Value;
    }

    /// <summary>The options as given.</summary>
    public MultiFinderOptions Options { get; }

    /// <summary>The tier that searches run on.</summary>
    public SearchTier Tier { get; }

    /// <summary>How many patterns there are.</summary>
    public int PatternCount => _patterns.Length;

    /// <summary>The length of the longest pattern, in bytes.</summary>
    public int LongestPattern => _longest;

    /// <summary>Whether the packed scan is in use (until a haystack shows that it does not pay).</summary>
    public bool IsPacked => _packed is not null;

    internal Automaton Automaton => _automaton.Value;

    /// <summary>Builds a finder.</summary>
    /// <param name="patterns">The patterns; copied. None at all is fine and matches nothing; equal ones are told apart by place.</param>
    /// <param name="options">How to search, or <see langword="null"/> for <see cref="MultiFinderOptions.Default"/>.</param>
    /// <returns>The finder.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="patterns"/> or one of them is <see langword="null"/>.</exception>
    /// <exception cref="ArgumentException">The patterns need an automaton of more than 2^28 transitions.</exception>
    /// <exception cref="ArgumentOutOfRangeException">An option is not usable here.</exception>
    /// <exception cref="PlatformNotSupportedException">The processor lacks the forced tier.</exception>
    public static MultiFinder Create(IEnumerable<byte[]> patterns, MultiFinderOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(patterns);
        byte[][] copies = [.. patterns.Select(pattern => (byte[])(pattern ?? throw new ArgumentNullException(nameof(patterns))).Clone())];
        return new(copies, options ?? MultiFinderOptions.Default);
    }

    /// <summary>Builds a finder for the UTF-8 forms of texts.</summary>
    /// <param name="patterns">The texts.</param>
    /// <param name="options">How to search, or <see langword="null"/> for <see cref="MultiFinderOptions.Default"/>.</param>
    /// <returns>The finder.</returns>
    /// <inheritdoc cref="Create(IEnumerable{byte[]}, MultiFinderOptions)" path="/exception"/>
    public static MultiFinder Create(IEnumerable<string> patterns, MultiFinderOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(patterns);
        return new([.. patterns.Select(System.Text.Encoding.UTF8.GetBytes)], options ?? MultiFinderOptions.Default);
    }

    /// <summary>The bytes of a pattern (lower-case under ASCII case folding).</summary>
    /// <param name="index">Its place in the list.</param>
    /// <returns>The bytes.</returns>
    /// <exception cref="IndexOutOfRangeException">There is no such pattern.</exception>
    public ReadOnlySpan<byte> Pattern(int index) => _patterns[index];

    /// <summary>Whether any pattern occurs.</summary>
    /// <param name="haystack">Where to look.</param>
    /// <returns>Whether there is a match.</returns>
    public bool Contains(ReadOnlySpan<byte> haystack) => TryFind(haystack, out _);

    /// <summary>The index of the first match, or -1. For overlapping search that which ends first.</summary>
    /// <param name="haystack">Where to look.</param>
    /// <returns>The index, or -1.</returns>
    public int IndexOf(ReadOnlySpan<byte> haystack) => TryFind(haystack, out PatternMatch match) ? match.Index : -1;

    /// <summary>The first match.</summary>
    /// <param name="haystack">Where to look.</param>
    /// <param name="match">The match, if there is one.</param>
    /// <returns>Whether there is one.</returns>
    public bool TryFind(ReadOnlySpan<byte> haystack, out PatternMatch match)
    {
        MultiState state = Start();
        fixed (byte* start = &MemoryMarshal.GetReference(haystack)) return Next(start, haystack.Length, ref state, out match);
    }

    /// <summary>How many matches there are.</summary>
    /// <param name="haystack">Where to look.</param>
    /// <returns>The number of matches of the finder's kind.</returns>
    public int Count(ReadOnlySpan<byte> haystack)
    {
        int count = 0;
        MultiState state = Start();
        fixed (byte* start = &MemoryMarshal.GetReference(haystack))
            while (Next(start, haystack.Length, ref state, out _)) count++;
        return count;
    }

    /// <summary>All matches of the finder's kind, for <c>foreach</c>.</summary>
    /// <param name="haystack">Where to look.</param>
    /// <returns>A value on the stack; nothing is allocated.</returns>
    public PatternMatchEnumerable EnumerateMatches(ReadOnlySpan<byte> haystack) => new(this, haystack);

    internal MultiState Start() => new()
    {
        Output = Options.Kind == MatchKind.Overlapping ? _empty : -1,
        AutomatonOnly = _packed is null,
    };

    internal bool Next(byte* haystack, nint length, ref MultiState state, out PatternMatch match)
    {
        if (_patterns.Length == 0)
        {
            match = default;
            return false;
        }
        if (Options.Kind == MatchKind.Overlapping) return NextOverlapping(haystack, length, ref state, out match);
        return state.AutomatonOnly ? NextLeftmost(haystack, length, ref state, out match) : NextPacked(haystack, length, ref state, out match);
    }

    private bool NextPacked(byte* haystack, nint length, ref MultiState state, out PatternMatch match)
    {
        PackedPatterns packed = _packed!;
        bool longest = Options.Kind == MatchKind.LeftmostLongest;
        nint limit = length - packed.Shortest + 1;
        while (true)
        {
            while (state.Candidates != 0)
            {
                nint place = state.Block + BitOperations.TrailingZeroCount(state.Candidates);
                state.Candidates &= state.Candidates - 1;
                if (place < state.Next) continue;
                int pattern = packed.Match(haystack + place, length - place, longest);
                if (pattern < 0) continue;
                match = new PatternMatch((int)place, _patterns[pattern].Length, pattern);
                state.Next = match.End;
                return true;
            }
            nint from = nint.Max(state.Next, state.Resume);
            state.Block = NextBlock(haystack, from, limit, packed, out int width, out state.Candidates);
            if (state.Block < 0) break;
            state.Resume = state.Block + width;
            state.Trials += BitOperations.PopCount(state.Candidates);
            if (state.Trials < Trials) continue;
            if (state.Block - state.Mark < Trials * Distance)
            {
                state.AutomatonOnly = true;
                SearchMeter.PackedScanLeft();
                state.Next = from;
                return NextLeftmost(haystack, length, ref state, out match);
            }
            state.Trials = 0;
            state.Mark = state.Block;
        }
        state.Next = length + 1;
        match = default;
        return false;
    }

    private nint NextBlock(byte* haystack, nint from, nint limit, PackedPatterns packed, out int width, out ulong candidates)
    {
        if (packed.Sieve is { } sieve) return sieve.Next(haystack, from, limit, packed, out width, out candidates);
        ref readonly TeddyTables tables = ref packed.Tables;
        nint places = limit - from;
        if (Tier == SearchTier.Avx512 && places >= 64)
        {
            width = 64;
            return TeddyScan<Vec512>.Next(haystack, from, limit, in tables, out candidates);
        }
        if (Tier >= SearchTier.Avx2 && places >= 32)
        {
            width = 32;
            return TeddyScan<Vec256>.Next(haystack, from, limit, in tables, out candidates);
        }
        if (places >= 16)
        {
            width = 16;
            return TeddyScan<Vec128>.Next(haystack, from, limit, in tables, out candidates);
        }
        // Fewer places than a register holds: all are candidates.
        width = (int)nint.Max(places, 0);
        candidates = places <= 0 ? 0 : (1UL << width) - 1;
        return places <= 0 ? -1 : from;
    }

    // The automaton finds what ends first; what starts first may still be under way, and is as long as the row is at
    // least as deep as the text since that start.
    private bool NextLeftmost(byte* haystack, nint length, ref MultiState state, out PatternMatch match)
    {
        match = default;
        if (state.Next > length) return false;
        Automaton automaton = _automaton.Value;
        bool longest = Options.Kind == MatchKind.LeftmostLongest;
        int best = _empty;
        nint bestStart = state.Next;
        int row = 0;
        for (nint i = state.Next; ; i++)
        {
            if (best >= 0 && i - automaton.Depth(row) > bestStart) break;
            if (i == length) break;
            row = automaton.Step(row, haystack[i]);
            if (row >= 0) continue;
            for (int pattern = automaton.FirstOutput(row); pattern >= 0; pattern = automaton.NextOutput(row, pattern))
            {
                nint start = i + 1 - _patterns[pattern].Length;
                bool better = best < 0 || start < bestStart
                    || (start == bestStart && (longest ? _patterns[pattern].Length > _patterns[best].Length : pattern < best));
                if (!better) continue;
                best = pattern;
                bestStart = start;
            }
        }
        if (best < 0)
        {
            state.Next = length + 1;
            return false;
        }
        match = new PatternMatch((int)bestStart, _patterns[best].Length, best);
        state.Next = match.Length == 0 ? match.End + 1 : match.End;
        return true;
    }

    private bool NextOverlapping(byte* haystack, nint length, ref MultiState state, out PatternMatch match)
    {
        Automaton automaton = _automaton.Value;
        while (true)
        {
            if (state.Output >= 0)
            {
                int pattern = state.Output;
                state.Output = automaton.NextOutput(state.Row, pattern);
                match = new PatternMatch((int)(state.Next - _patterns[pattern].Length), _patterns[pattern].Length, pattern);
                return true;
            }
            if (state.Next >= length) break;
            if (state.Row == 0 && !state.AutomatonOnly) SkipToCandidate(haystack, length, ref state);
            if (state.Next >= length) continue;
            state.Row = automaton.Step(state.Row, haystack[state.Next++]);
            if (state.Row < 0) state.Output = automaton.FirstOutput(state.Row);
        }
        match = default;
        return false;
    }

    // In the root nothing is under way, so the search may move to the next place where a pattern could begin.
    private void SkipToCandidate(byte* haystack, nint length, ref MultiState state)
    {
        nint limit = length - _packed!.Shortest + 1;
        nint block = NextBlock(haystack, state.Next, limit, _packed, out _, out ulong candidates);
        if (block < 0)
        {
            // The rest is too short to hold a match but, in a stream, may begin one.
            state.Next = nint.Max(state.Next, limit);
            state.AutomatonOnly = state.Next < length;
            return;
        }
        state.Next = block + BitOperations.TrailingZeroCount(candidates);
        if (++state.Trials < 64) return;
        state.AutomatonOnly = state.Next - state.Mark < 64 * 24;
        state.Trials = 0;
        state.Mark = state.Next;
    }
}
