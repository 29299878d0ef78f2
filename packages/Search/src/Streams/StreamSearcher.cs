using System.Runtime.InteropServices;
using Gabbro.Search.Engines;
using Gabbro.Search.Kernels;
using Gabbro.Search.Patterns;

namespace Gabbro.Search.Streams;

/// <summary>
/// Searches text that comes in pieces: the matches are those in the pieces joined together, wherever the cuts fall.
/// </summary>
/// <remarks>
/// <para>Pieces are searched where they lie; only what could still begin a match, less than twice the longest match, is
/// kept and copied. A match is reported as soon as no later byte can change it. All kinds of finder and match work.</para>
/// <para>Not thread-safe: one searcher is one stream. Feeding allocates nothing once the kept part has its size.</para>
/// </remarks>
public sealed unsafe class StreamSearcher
{
    private readonly SearchEngine? _engine;
    private readonly MultiFinder? _patterns;
    private readonly bool _overlapping;

    // From the first byte of a match, this many decide it.
    private readonly int _lookahead;

    // The kept bytes: _kept[_keptStart.._keptEnd], the last ones fed; the first of them is at _keptOffset in the stream.
    private byte[] _kept;
    private int _keptStart, _keptEnd;
    private long _keptOffset;

    // No match starts before this offset.
    private long _next;

    // Overlapping multi-pattern search is an automaton that reads on; its row says all.
    private MultiState _automaton;
    private bool _completed;

    /// <summary>A search for one needle.</summary>
    /// <param name="finder">The needle; not empty.</param>
    /// <param name="overlapping">Whether matches may overlap.</param>
    /// <exception cref="ArgumentNullException"><paramref name="finder"/> is <see langword="null"/>.</exception>
    /// <exception cref="ArgumentException">The needle is empty: it would match everywhere.</exception>
    public StreamSearcher(Finder finder, bool overlapping = false)
    {
        ArgumentNullException.ThrowIfNull(finder);
        if (finder.Needle.IsEmpty) throw new ArgumentException("A stream is not searched for nothing.", nameof(finder));
        _engine = finder.Engine;
        _overlapping = overlapping;
        _lookahead = finder.LongestMatch + (finder.Options.WholeCharacters ? 1 : 0);
        _kept = new byte[4 * _lookahead + 64];
    }

    /// <summary>A search for many patterns, of the finder's kind.</summary>
    /// <param name="finder">The patterns; none empty.</param>
    /// <exception cref="ArgumentNullException"><paramref name="finder"/> is <see langword="null"/>.</exception>
    /// <exception cref="ArgumentException">A pattern is empty.</exception>
    public StreamSearcher(MultiFinder finder)
    {
        ArgumentNullException.ThrowIfNull(finder);
        for (int i = 0; i < finder.PatternCount; i++)
            if (finder.Pattern(i).IsEmpty) throw new ArgumentException("A stream is not searched for nothing.", nameof(finder));
        _patterns = finder;
        _lookahead = int.Max(1, finder.LongestPattern);
        _kept = new byte[4 * _lookahead + 64];
        _automaton = finder.Start();
    }

    /// <summary>How many bytes have been fed.</summary>
    public long Position { get; private set; }

    /// <summary>Searches the next piece.</summary>
    /// <param name="chunk">The piece, of any length.</param>
    /// <param name="receiver">Takes the matches that are now certain.</param>
    /// <typeparam name="TReceiver">The type of the receiver.</typeparam>
    /// <exception cref="InvalidOperationException">The stream was completed.</exception>
    public void Feed<TReceiver>(ReadOnlySpan<byte> chunk, ref TReceiver receiver) where TReceiver : IMatchReceiver
    {
        if (_completed) throw new InvalidOperationException("The stream was completed; call Reset to search another.");
        fixed (byte* start = &MemoryMarshal.GetReference(chunk)) Feed(start, chunk.Length, ref receiver);
    }

    /// <summary>Searches the next piece and adds the matches to a collection.</summary>
    /// <param name="chunk">The piece, of any length.</param>
    /// <param name="matches">Receives the matches that are now certain.</param>
    /// <exception cref="ArgumentNullException"><paramref name="matches"/> is <see langword="null"/>.</exception>
    /// <exception cref="InvalidOperationException">The stream was completed.</exception>
    public void Feed(ReadOnlySpan<byte> chunk, ICollection<StreamMatch> matches)
    {
        ArgumentNullException.ThrowIfNull(matches);
        ListReceiver receiver = new(matches);
        Feed(chunk, ref receiver);
    }

    /// <summary>Says that nothing follows, which settles the last matches.</summary>
    /// <param name="receiver">Takes them.</param>
    /// <typeparam name="TReceiver">The type of the receiver.</typeparam>
    public void Complete<TReceiver>(ref TReceiver receiver) where TReceiver : IMatchReceiver
    {
        if (_completed) return;
        _completed = true;
        if (IsAutomaton) return;
        fixed (byte* kept = _kept)
            Search(kept + _keptStart, _keptEnd - _keptStart, _keptOffset, long.MaxValue, long.MaxValue, ref receiver);
    }

    /// <summary>Says that nothing follows, which settles the last matches.</summary>
    /// <param name="matches">Receives them.</param>
    /// <exception cref="ArgumentNullException"><paramref name="matches"/> is <see langword="null"/>.</exception>
    public void Complete(ICollection<StreamMatch> matches)
    {
        ArgumentNullException.ThrowIfNull(matches);
        ListReceiver receiver = new(matches);
        Complete(ref receiver);
    }

    /// <summary>Forgets the stream, to search another.</summary>
    public void Reset()
    {
        (_keptStart, _keptEnd, _keptOffset, _next, Position, _completed) = (0, 0, 0, 0, 0, false);
        if (_patterns is not null) _automaton = _patterns.Start();
    }

    private bool IsAutomaton => _patterns?.Options.Kind == MatchKind.Overlapping;

    private void Feed<TReceiver>(byte* chunk, int length, ref TReceiver receiver) where TReceiver : IMatchReceiver
    {
        long chunkOffset = Position;
        Position += length;
        if (IsAutomaton)
        {
            (_automaton.Next, _automaton.Mark, _automaton.Trials, _automaton.AutomatonOnly) = (0, 0, 0, !_patterns!.IsPacked);
            while (_patterns.Next(chunk, length, ref _automaton, out PatternMatch match))
                receiver.OnMatch(new StreamMatch(chunkOffset + match.Index, match.Length, match.Pattern));
            return;
        }
        if (length <= 2 * _lookahead)
        {
            if (_keptEnd == _keptStart) _keptOffset = chunkOffset;
            Keep(chunk, length);
            fixed (byte* kept = _kept)
                Search(kept + _keptStart, _keptEnd - _keptStart, _keptOffset, long.MaxValue, Position - _lookahead, ref receiver);
            Forget();
            return;
        }
        // What starts in the kept bytes is decided by them and the beginning of the piece; the rest by the piece alone.
        if (_keptEnd > _keptStart)
        {
            Keep(chunk, _lookahead);
            fixed (byte* kept = _kept)
                Search(kept + _keptStart, _keptEnd - _keptStart, _keptOffset, chunkOffset, chunkOffset, ref receiver);
        }
        _next = long.Max(_next, chunkOffset);
        Search(chunk, length, chunkOffset, long.MaxValue, Position - _lookahead, ref receiver);
        (_keptStart, _keptEnd) = (0, 0);
        _keptOffset = Position - (_lookahead - 1);
        Keep(chunk + length - (_lookahead - 1), _lookahead - 1);
    }

    // Reports matches in a stretch of text that start before startLimit and no later than decided.
    private void Search<TReceiver>(byte* text, int length, long offset, long startLimit, long decided, ref TReceiver receiver)
        where TReceiver : IMatchReceiver
    {
        nint from = (nint)(long.Max(_next, offset) - offset);
        if (from > length) return;
        text += from;
        offset += from;
        length -= (int)from;
        ScanState state = _engine?.Start(length, backward: false, _overlapping) ?? default;
        MultiState multi = _patterns?.Start() ?? default;
        while (true)
        {
            nint position, matched = 0;
            int pattern = 0;
            if (_engine is not null) position = _engine.Next(text, length, ref state, out matched);
            else
            {
                bool found = _patterns!.Next(text, length, ref multi, out PatternMatch match);
                position = found ? match.Index : -1;
                matched = match.Length;
                pattern = match.Pattern;
            }
            if (position < 0 || offset + position >= startLimit || offset + position > decided)
            {
                // Nothing starts at or before what is decided, and nothing later has been ruled out.
                long known = long.Min(startLimit, decided == long.MaxValue ? long.MaxValue : decided + 1);
                if (known != long.MaxValue) _next = long.Max(_next, known);
                return;
            }
            receiver.OnMatch(new StreamMatch(offset + position, (int)matched, pattern));
            _next = offset + position + (_overlapping ? 1 : matched);
        }
    }

    private void Keep(byte* source, int length)
    {
        if (_keptEnd + length > _kept.Length)
        {
            int count = _keptEnd - _keptStart;
            if (count + length > _kept.Length) Array.Resize(ref _kept, count + length);
            Buffer.BlockCopy(_kept, _keptStart, _kept, 0, count);
            (_keptStart, _keptEnd) = (0, count);
        }
        new ReadOnlySpan<byte>(source, length).CopyTo(_kept.AsSpan(_keptEnd));
        _keptEnd += length;
    }

    // Drops kept bytes that no match can start in any more. Moving them is left to Keep, when room runs out.
    private void Forget()
    {
        int drop = (int)long.Clamp(_next - _keptOffset, 0, _keptEnd - _keptStart);
        _keptStart += drop;
        _keptOffset += drop;
    }
}
