using System.Numerics;

namespace Gabbro.Platform.Threading;

/// <summary>A set of logical processors, numbered as the system numbers them (64 to a group on Windows).</summary>
/// <remarks>Not safe for several threads while it changes.</remarks>
public sealed class CpuSet : IEquatable<CpuSet>
{
    /// <summary>One more than the greatest processor number a set can hold.</summary>
    public const int Capacity = 1024;

    private readonly ulong[] _words = new ulong[Capacity / 64];

    /// <summary>An empty set.</summary>
    public CpuSet()
    {
    }

    /// <summary>A set of some processors.</summary>
    /// <param name="processors">Their numbers.</param>
    /// <exception cref="ArgumentOutOfRangeException">A number is negative or not below <see cref="Capacity"/>.</exception>
    public CpuSet(params ReadOnlySpan<int> processors)
    {
        foreach (int processor in processors)
            this[processor] = true;
    }

    /// <summary>How many processors are in the set.</summary>
    public int Count
    {
        get
        {
            int count = 0;
            foreach (ulong word in _words)
                count += BitOperations.PopCount(word);
            return count;
        }
    }

    /// <summary>Whether a processor is in the set.</summary>
    /// <param name="processor">Its number.</param>
    /// <exception cref="ArgumentOutOfRangeException">The number is negative or not below <see cref="Capacity"/>.</exception>
    public bool this[int processor]
    {
        get
        {
            Check(processor);
            return ((_words[processor / 64] >> (processor % 64)) & 1) != 0;
        }
        set
        {
            Check(processor);
            ulong bit = 1ul << (processor % 64);
            _words[processor / 64] = value ? _words[processor / 64] | bit : _words[processor / 64] & ~bit;
        }
    }

    internal Span<ulong> Words => _words;

    /// <summary>The least processor number in the set that is not below another; -1 when there is none.</summary>
    /// <param name="from">The number to start at.</param>
    /// <exception cref="ArgumentOutOfRangeException">The number is negative.</exception>
    public int Next(int from)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(from);
        for (int i = from; i < Capacity; i = ((i / 64) + 1) * 64)
        {
            ulong rest = _words[i / 64] >> (i % 64);
            if (rest != 0)
                return i + BitOperations.TrailingZeroCount(rest);
        }
        return -1;
    }

    /// <inheritdoc/>
    public bool Equals(CpuSet? other) => other is not null && _words.AsSpan().SequenceEqual(other._words);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as CpuSet);

    /// <inheritdoc/>
    public override int GetHashCode()
    {
        HashCode hash = default;
        foreach (ulong word in _words)
            hash.Add(word);
        return hash.ToHashCode();
    }

    /// <summary>The numbers as a list of ranges, for example <c>0-3,8</c>.</summary>
    public override string ToString()
    {
        List<string> ranges = [];
        for (int first = Next(0); first >= 0;)
        {
            int last = first;
            while (last + 1 < Capacity && this[last + 1])
                last++;
            ranges.Add(first == last ? $"{first}" : $"{first}-{last}");
            first = Next(last + 1);
        }
        return string.Join(',', ranges);
    }

    private static void Check(int processor)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(processor);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(processor, Capacity);
    }
}
