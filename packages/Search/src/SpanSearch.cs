using System.Runtime.InteropServices;
using Gabbro.Search.Kernels;
using Gabbro.Search.Units;

namespace Gabbro.Search;

/// <summary>
/// One-shot searches: what a <see cref="Finder"/> or <see cref="TextFinder"/> would find, without building one.
/// </summary>
/// <remarks>O(n + m), no allocation, thread-safe. The plan for the needle is made on the stack at every call, which costs
/// some tens of nanoseconds: to search with one needle many times, build a finder.</remarks>
public static unsafe class SpanSearch
{
    /// <summary>The index of the first match, or -1.</summary>
    /// <param name="haystack">Where to look.</param>
    /// <param name="needle">The bytes to look for; the empty needle is found at 0.</param>
    /// <returns>The index, or -1 if there is no match.</returns>
    public static int IndexOf(ReadOnlySpan<byte> haystack, ReadOnlySpan<byte> needle)
    {
        if (needle.IsEmpty) return 0;
        fixed (byte* start = &MemoryMarshal.GetReference(haystack), wanted = &MemoryMarshal.GetReference(needle))
            return (int)First<Unit8>(start, haystack.Length, wanted, needle.Length);
    }

    /// <inheritdoc cref="IndexOf(ReadOnlySpan{byte}, ReadOnlySpan{byte})"/>
    public static int IndexOf(ReadOnlySpan<char> haystack, ReadOnlySpan<char> needle)
    {
        if (needle.IsEmpty) return 0;
        fixed (char* start = &MemoryMarshal.GetReference(haystack), wanted = &MemoryMarshal.GetReference(needle))
            return (int)(First<Unit16>((byte*)start, (nint)haystack.Length * 2, (byte*)wanted, (nint)needle.Length * 2) >> 1);
    }

    /// <summary>The index of the last match, or -1.</summary>
    /// <param name="haystack">Where to look.</param>
    /// <param name="needle">The bytes to look for; the empty needle is found at the end.</param>
    /// <returns>The index, or -1 if there is no match.</returns>
    public static int LastIndexOf(ReadOnlySpan<byte> haystack, ReadOnlySpan<byte> needle)
    {
        if (needle.IsEmpty) return haystack.Length;
        fixed (byte* start = &MemoryMarshal.GetReference(haystack), wanted = &MemoryMarshal.GetReference(needle))
            return (int)Last<Unit8>(start, haystack.Length, wanted, needle.Length);
    }

    /// <inheritdoc cref="LastIndexOf(ReadOnlySpan{byte}, ReadOnlySpan{byte})"/>
    public static int LastIndexOf(ReadOnlySpan<char> haystack, ReadOnlySpan<char> needle)
    {
        if (needle.IsEmpty) return haystack.Length;
        fixed (char* start = &MemoryMarshal.GetReference(haystack), wanted = &MemoryMarshal.GetReference(needle))
            return (int)(Last<Unit16>((byte*)start, (nint)haystack.Length * 2, (byte*)wanted, (nint)needle.Length * 2) >> 1);
    }

    /// <summary>How many times the needle occurs, not overlapping.</summary>
    /// <param name="haystack">Where to look.</param>
    /// <param name="needle">The bytes to look for; the empty needle occurs length + 1 times.</param>
    /// <returns>The number of matches.</returns>
    public static int Count(ReadOnlySpan<byte> haystack, ReadOnlySpan<byte> needle)
    {
        if (needle.IsEmpty) return haystack.Length + 1;
        fixed (byte* start = &MemoryMarshal.GetReference(haystack), wanted = &MemoryMarshal.GetReference(needle))
            return (int)Count<Unit8>(start, haystack.Length, wanted, needle.Length);
    }

    /// <inheritdoc cref="Count(ReadOnlySpan{byte}, ReadOnlySpan{byte})"/>
    public static int Count(ReadOnlySpan<char> haystack, ReadOnlySpan<char> needle)
    {
        if (needle.IsEmpty) return haystack.Length + 1;
        fixed (char* start = &MemoryMarshal.GetReference(haystack), wanted = &MemoryMarshal.GetReference(needle))
            return (int)Count<Unit16>((byte*)start, (nint)haystack.Length * 2, (byte*)wanted, (nint)needle.Length * 2);
    }

    /// <summary>Whether the needle occurs.</summary>
    /// <param name="haystack">Where to look.</param>
    /// <param name="needle">The bytes to look for.</param>
    /// <returns><see langword="true"/> if there is at least one match.</returns>
    public static bool Contains(ReadOnlySpan<byte> haystack, ReadOnlySpan<byte> needle) => IndexOf(haystack, needle) >= 0;

    /// <inheritdoc cref="Contains(ReadOnlySpan{byte}, ReadOnlySpan{byte})"/>
    public static bool Contains(ReadOnlySpan<char> haystack, ReadOnlySpan<char> needle) => IndexOf(haystack, needle) >= 0;

    /// <summary>How many bytes the two texts have in common from their beginnings.</summary>
    /// <param name="a">One text.</param>
    /// <param name="b">The other.</param>
    /// <returns>The length of the longest common prefix.</returns>
    public static int CommonPrefixLength(ReadOnlySpan<byte> a, ReadOnlySpan<byte> b)
    {
        int length = int.Min(a.Length, b.Length);
        fixed (byte* first = &MemoryMarshal.GetReference(a), second = &MemoryMarshal.GetReference(b))
            return (int)PrefixKernels.Prefix(SearchFeatures.Default, first, second, length);
    }

    /// <summary>How many bytes the two texts have in common up to their ends.</summary>
    /// <param name="a">One text.</param>
    /// <param name="b">The other.</param>
    /// <returns>The length of the longest common suffix.</returns>
    public static int CommonSuffixLength(ReadOnlySpan<byte> a, ReadOnlySpan<byte> b)
    {
        int length = int.Min(a.Length, b.Length);
        a = a[^length..];
        b = b[^length..];
        fixed (byte* first = &MemoryMarshal.GetReference(a), second = &MemoryMarshal.GetReference(b))
            return (int)PrefixKernels.Suffix(SearchFeatures.Default, first, second, length);
    }

    /// <summary>The longest prefix that all texts share.</summary>
    /// <param name="texts">The texts.</param>
    /// <returns>Its length; 0 for no texts.</returns>
    /// <exception cref="ArgumentNullException">A text is <see langword="null"/>.</exception>
    public static int CommonPrefixLength(params ReadOnlySpan<byte[]> texts)
    {
        if (texts.IsEmpty) return 0;
        ArgumentNullException.ThrowIfNull(texts[0], nameof(texts));
        int length = texts[0].Length;
        foreach (byte[] text in texts)
        {
            ArgumentNullException.ThrowIfNull(text, nameof(texts));
            length = CommonPrefixLength(texts[0].AsSpan(0, length), text);
        }
        return length;
    }

    private static nint First<TUnit>(byte* haystack, nint length, byte* needle, nint needleLength) where TUnit : IUnit
    {
        if (needleLength > length) return -1;
        // In a haystack that fits in a register the choice of probes costs more than it saves.
        return length <= SubstringKernels<TUnit, OrdinalFold>.ShortHaystack
            ? SubstringKernels<TUnit, OrdinalFold>.FirstOnce(SearchFeatures.Default, haystack, length, needle, needleLength)
            : FirstPlanned<TUnit>(haystack, length, needle, needleLength);
    }

    private static nint FirstPlanned<TUnit>(byte* haystack, nint length, byte* needle, nint needleLength) where TUnit : IUnit
    {
        NeedlePlan plan = NeedlePlan.Create<TUnit, OrdinalFold>(needle, needleLength, bothDirections: false);
        return SubstringKernels<TUnit, OrdinalFold>.First(SearchFeatures.Default, haystack, length, in plan);
    }

    private static nint Last<TUnit>(byte* haystack, nint length, byte* needle, nint needleLength) where TUnit : IUnit
    {
        if (needleLength > length) return -1;
        NeedlePlan plan = NeedlePlan.Create<TUnit, OrdinalFold>(needle, needleLength, bothDirections: true);
        ScanState state = new(in plan, length - needleLength + TUnit.Size, overlapping: false);
        FirstSink sink = new();
        SubstringKernels<TUnit, OrdinalFold>.Backward(SearchFeatures.Default, haystack, length, in plan, ref state, ref sink);
        return sink.Position;
    }

    private static nint Count<TUnit>(byte* haystack, nint length, byte* needle, nint needleLength) where TUnit : IUnit
    {
        if (needleLength > length) return 0;
        NeedlePlan plan = NeedlePlan.Create<TUnit, OrdinalFold>(needle, needleLength, bothDirections: false);
        return SubstringKernels<TUnit, OrdinalFold>.Count(SearchFeatures.Default, haystack, length, in plan, overlapping: false);
    }
}
