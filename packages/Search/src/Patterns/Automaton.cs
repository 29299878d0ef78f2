using System.Runtime.CompilerServices;

namespace Gabbro.Search.Patterns;

/// <summary>
/// The automaton of Aho and Corasick ("Efficient string matching", CACM 18, 1975) with all transitions filled in: one
/// table lookup a byte. Bytes that no pattern tells apart share a column, which also is how case is folded.
/// </summary>
/// <remarks>A transition is the offset of the target's row; its sign bit says that something ends there.</remarks>
internal sealed class Automaton
{
    internal const int Ends = int.MinValue;

    /// <summary>Rows times columns beyond which a set of patterns is refused: 1 GiB of table.</summary>
    internal const long MaxTransitions = 1L << 28;

    private readonly byte[] _classOf = new byte[256];
    private readonly int[] _transitions;
    private readonly int _columns;

    /// <summary>For each state: the pattern that ends there (chained to the next equal one), or -1.</summary>
    private readonly int[] _pattern;

    /// <summary>For each state: the nearest proper suffix state where a pattern ends, or 0.</summary>
    private readonly int[] _suffix;

    private readonly int[] _depth;

    /// <summary>For each pattern: the next pattern with the same bytes, or -1.</summary>
    private readonly int[] _same;

    private readonly int[] _lengths;

    internal Automaton(byte[][] patterns, bool ignoreCase)
    {
        bool[] used = new bool[256];
        foreach (byte[] pattern in patterns)
            foreach (byte value in pattern) used[Fold(value, ignoreCase)] = true;
        int classes = 1;
        for (int value = 0; value < 256; value++)
            if (used[value]) _classOf[value] = (byte)(classes == 256 ? 0 : classes++);
        if (ignoreCase)
            for (int upper = 'A'; upper <= 'Z'; upper++) _classOf[upper] = _classOf[upper | 0x20];
        _columns = classes;
        _lengths = Array.ConvertAll(patterns, pattern => pattern.Length);
        _same = new int[patterns.Length];

        List<int> next = [.. new int[_columns]];
        List<int> ends = [-1], depth = [0];
        for (int index = 0; index < patterns.Length; index++)
        {
            int state = 0;
            foreach (byte value in patterns[index])
            {
                int at = state * _columns + _classOf[value];
                if (next[at] == 0)
                {
                    if ((long)(ends.Count + 1) * _columns > MaxTransitions)
                        throw new ArgumentException($"The patterns need more than {MaxTransitions} transitions; search for fewer at a time.", nameof(patterns));
                    next[at] = ends.Count;
                    ends.Add(-1);
                    depth.Add(depth[state] + 1);
                    System.Runtime.InteropServices.CollectionsMarshal.SetCount(next, next.Count + _columns);
                    System.Runtime.InteropServices.CollectionsMarshal.AsSpan(next)[^_columns..].Clear();
                }
                state = next[at];
            }
            _same[index] = -1;
            if (ends[state] < 0) ends[state] = index;
            else
            {
                int last = ends[state];
                while (_same[last] >= 0) last = _same[last];
                _same[last] = index;
            }
        }
        _pattern = [.. ends];
        _depth = [.. depth];
        _transitions = [.. next];
        _suffix = new int[_pattern.Length];
        Complete();
    }

    internal int States => _pattern.Length;

    /// <summary>The row after reading <paramref name="value"/> in the row of <paramref name="transition"/>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal int Step(int transition, byte value) => _transitions[(transition & int.MaxValue) + _classOf[value]];

    /// <summary>How many bytes of patterns the row stands for.</summary>
    internal int Depth(int transition) => _depth[(transition & int.MaxValue) / _columns];

    /// <summary>The first output of a row: a number to pass to the methods below, or -1.</summary>
    internal int FirstOutput(int transition)
    {
        int state = (transition & int.MaxValue) / _columns;
        if (_pattern[state] < 0) state = _suffix[state];
        return _pattern[state];
    }

    /// <summary>The output after <paramref name="pattern"/>, itself an output of the row: equal ones, then shorter ones.</summary>
    internal int NextOutput(int transition, int pattern)
    {
        if (_same[pattern] >= 0) return _same[pattern];
        int state = (transition & int.MaxValue) / _columns;
        while (_depth[state] > _lengths[pattern]) state = _suffix[state];
        return state == 0 ? -1 : _pattern[_suffix[state]];
    }

    private static byte Fold(byte value, bool ignoreCase) => ignoreCase && value is >= (byte)'A' and <= (byte)'Z' ? (byte)(value | 0x20) : value;

    // Breadth first: the failure state of a child is where its parent's failure goes by the same byte, and a missing
    // transition goes where the failure state's goes.
    private void Complete()
    {
        int[] failure = new int[_pattern.Length];
        Queue<int> queue = new();
        for (int c = 0; c < _columns; c++)
            if (_transitions[c] != 0) queue.Enqueue(_transitions[c]);
        while (queue.TryDequeue(out int state))
        {
            int fail = failure[state];
            _suffix[state] = _pattern[fail] >= 0 ? fail : _suffix[fail];
            for (int c = 0; c < _columns; c++)
            {
                ref int target = ref _transitions[state * _columns + c];
                int other = _transitions[fail * _columns + c];
                if (target == 0)
                {
                    target = other;
                    continue;
                }
                failure[target] = other;
                queue.Enqueue(target);
            }
        }
        for (int i = 0; i < _transitions.Length; i++)
        {
            int state = _transitions[i];
            _transitions[i] = state * _columns | (_pattern[state] >= 0 || _suffix[state] != 0 ? Ends : 0);
        }
    }
}
