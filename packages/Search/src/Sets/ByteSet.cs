using System.Runtime.InteropServices;
using Gabbro.Search.Kernels;

namespace Gabbro.Search.Sets;

/// <summary>Any set of the 256 byte values, prepared for finding its members: built once, used from any thread.</summary>
/// <remarks>Searches are O(n), allocate nothing and take the same time whatever the set.</remarks>
public sealed unsafe class ByteSet
{
    private readonly SearchTier _tier;
    private SetTable _table;

    private ByteSet(ReadOnlySpan<byte> members, SearchTier tier)
    {
        _tier = SearchFeatures.Resolve(tier);
        foreach (byte member in members) _table.Add(member);
        int count = 0;
        for (int value = 0; value < 256; value++) count += _table.Contains((byte)value) ? 1 : 0;
        Count = count;
    }

    /// <summary>How many different byte values the set has.</summary>
    public int Count { get; }

    /// <summary>The tier that searches run on.</summary>
    public SearchTier Tier => _tier;

    /// <summary>Builds a set.</summary>
    /// <param name="members">Its bytes, in any order, repeated or not; none is fine.</param>
    /// <param name="tier">The instruction set to run on.</param>
    /// <returns>The set.</returns>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="tier"/> is no member of its enumeration.</exception>
    /// <exception cref="PlatformNotSupportedException">The processor lacks the tier.</exception>
    public static ByteSet Create(ReadOnlySpan<byte> members, SearchTier tier = SearchTier.Auto) => new(members, tier);

    /// <summary>The bytes that are not in this set.</summary>
    /// <returns>A new set on the same tier.</returns>
    public ByteSet Complement()
    {
        Span<byte> members = stackalloc byte[256];
        int count = 0;
        for (int value = 0; value < 256; value++)
            if (!_table.Contains((byte)value)) members[count++] = (byte)value;
        return new ByteSet(members[..count], _tier);
    }

    /// <summary>Whether <paramref name="value"/> is a member.</summary>
    /// <param name="value">A byte.</param>
    /// <returns>Whether the set has it.</returns>
    public bool Contains(byte value) => _table.Contains(value);

    /// <summary>The index of the first member, or -1.</summary>
    /// <param name="haystack">Where to look.</param>
    /// <returns>The index, or -1 if no byte is a member.</returns>
    public int IndexOf(ReadOnlySpan<byte> haystack)
    {
        fixed (byte* start = &MemoryMarshal.GetReference(haystack)) return (int)SetKernels.First(_tier, start, haystack.Length, in _table);
    }

    /// <summary>The index of the last member, or -1.</summary>
    /// <param name="haystack">Where to look.</param>
    /// <returns>The index, or -1 if no byte is a member.</returns>
    public int LastIndexOf(ReadOnlySpan<byte> haystack)
    {
        fixed (byte* start = &MemoryMarshal.GetReference(haystack)) return (int)SetKernels.Last(_tier, start, haystack.Length, in _table);
    }

    /// <summary>How many bytes are members.</summary>
    /// <param name="haystack">Where to look.</param>
    /// <returns>The number of bytes.</returns>
    public int CountIn(ReadOnlySpan<byte> haystack)
    {
        fixed (byte* start = &MemoryMarshal.GetReference(haystack)) return (int)SetKernels.Count(_tier, start, haystack.Length, in _table);
    }
}
