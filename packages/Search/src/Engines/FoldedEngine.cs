using Gabbro.Search.Kernels;
using Gabbro.Search.Unicode;
using Gabbro.Search.Units;

namespace Gabbro.Search.Engines;

/// <summary>
/// Unicode simple folding. Knuth-Morris-Pratt over decoded, folded characters, which is linear whatever happens; while it
/// has nothing matched, a vector loop over two probes carries it to the next place worth decoding. The loop switches
/// itself off where it does not get far.
/// </summary>
/// <remarks>
/// Offsets differ between equal texts, so a match is known by two cursors: where the automaton reads, and where the
/// characters it holds began. The second moves up by as many characters as the automaton drops.
/// In <see cref="ScanState"/>: Offset0 is the reading cursor, Offset1 the beginning, Memory the characters matched.
/// </remarks>
internal sealed unsafe class FoldedEngine<TUnit, TCharacters>(ReadOnlySpan<byte> needle, SearchTier tier) : SearchEngine
    where TUnit : IUnit where TCharacters : ICharacters
{
    // After this many jumps of the vector loop that together did not pass Distance bytes each, it is not used again.
    private const int JumpTrial = 32, JumpDistance = 16;

    private readonly FoldedNeedle _needle = FoldedNeedle.Create<TUnit, TCharacters>(needle);

    internal override nint LongestMatch => _needle.LongestMatch;

    internal override ScanState Start(nint length, bool backward, bool overlapping) => new()
    {
        Offset0 = backward ? length : 0,
        Offset1 = backward ? length : 0,
        Overlapping = overlapping,
        Mode = _needle.HasProbes ? ScanMode.Two : ScanMode.One,
    };

    internal override nint Next(byte* haystack, nint length, ref ScanState state, out nint matched)
    {
        int[] characters = _needle.Characters, failure = _needle.Failure;
        nint read = state.Offset0, start = state.Offset1;
        int held = (int)state.Memory;
        while (true)
        {
            if (held == 0 && state.Mode == ScanMode.Two)
            {
                nint next = Jump(haystack, length, read, ref state);
                if (next < 0) read = length;
                else read = next;
                start = read;
            }
            if (read >= length) break;
            int size = TCharacters.Decode(haystack + read, length - read, out int character);
            if (size == 0)
            {
                read += TUnit.Size;
                start = read;
                held = 0;
                continue;
            }
            character = CaseFolding.Fold(character);
            while (held > 0 && characters[held] != character)
            {
                int keep = failure[held];
                for (int drop = held - keep; drop > 0; drop--) start += TCharacters.Decode(haystack + start, length - start, out _);
                held = keep;
            }
            read += size;
            if (characters[held] == character) held++;
            else start = read;
            if (held < characters.Length) continue;
            nint found = start;
            matched = read - start;
            int retained = state.Overlapping ? failure[held] : 0;
            if (retained == 0) start = read;
            for (int drop = held - retained; retained > 0 && drop > 0; drop--)
                start += TCharacters.Decode(haystack + start, length - start, out _);
            (state.Offset0, state.Offset1, state.Memory, state.Next) = (read, start, retained, state.Overlapping ? found + 1 : read);
            return found;
        }
        (state.Offset0, state.Offset1, state.Memory, state.Next) = (length, length, 0, length);
        matched = 0;
        return -1;
    }

    internal override nint Previous(byte* haystack, nint length, ref ScanState state, out nint matched)
    {
        int[] characters = _needle.Reversed, failure = _needle.ReversedFailure;
        nint read = state.Offset0, end = state.Offset1;
        int held = (int)state.Memory;
        while (read > 0)
        {
            int size = TCharacters.DecodeBackward(haystack, read, out int character);
            if (size == 0)
            {
                read -= TUnit.Size;
                end = read;
                held = 0;
                continue;
            }
            character = CaseFolding.Fold(character);
            while (held > 0 && characters[held] != character)
            {
                int keep = failure[held];
                for (int drop = held - keep; drop > 0; drop--) end -= TCharacters.DecodeBackward(haystack, end, out _);
                held = keep;
            }
            read -= size;
            if (characters[held] == character) held++;
            else end = read;
            if (held < characters.Length) continue;
            matched = end - read;
            nint found = read;
            int retained = state.Overlapping ? failure[held] : 0;
            if (retained == 0) end = read;
            for (int drop = held - retained; retained > 0 && drop > 0; drop--)
                end -= TCharacters.DecodeBackward(haystack, end, out _);
            (state.Offset0, state.Offset1, state.Memory, state.Next) = (read, end, retained, read);
            return found;
        }
        (state.Offset0, state.Offset1, state.Memory, state.Next) = (0, 0, 0, 0);
        matched = 0;
        return -1;
    }

    // The next offset at or after from where a match may begin, or -1 if there is none.
    private nint Jump(byte* haystack, nint length, nint from, ref ScanState state)
    {
        nint limit = length - _needle.ProbeReach;
        if (limit <= from) return -1;
        nint candidate = MaskedScan<TUnit>.Next(tier, haystack, from, limit, _needle.Probes);
        if (candidate < 0) return -1;
        state.FalseCandidates++;
        if (state.FalseCandidates >= JumpTrial)
        {
            if (candidate - state.Mark < JumpTrial * JumpDistance) state.Mode = ScanMode.One;
            state.FalseCandidates = 0;
            state.Mark = candidate;
        }
        // The probes sit in a run that some characters precede.
        for (int back = _needle.RunStart; back > 0 && candidate > from; back--)
        {
            int size = TCharacters.DecodeBackward(haystack, candidate, out _);
            candidate -= size == 0 ? TUnit.Size : size;
        }
        return nint.Max(candidate, from);
    }
}
