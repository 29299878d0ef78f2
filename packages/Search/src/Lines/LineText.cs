using System.Runtime.InteropServices;
using Gabbro.Search.Kernels;
using Gabbro.Search.Units;

namespace Gabbro.Search.Lines;

/// <summary>Lines of byte text: counting, walking, and finding the line around a match.</summary>
/// <remarks>All O(n), without allocation, on the default tier.</remarks>
public static unsafe class LineText
{
    /// <summary>How often <paramref name="terminator"/> occurs: the number of complete lines.</summary>
    /// <param name="text">The text.</param>
    /// <param name="terminator">What ends a line.</param>
    /// <returns>The number of terminators.</returns>
    public static int CountTerminators(ReadOnlySpan<byte> text, byte terminator = (byte)'\n')
    {
        NeedlePlan plan = NeedlePlan.Create<Unit8, OrdinalFold>(&terminator, 1, bothDirections: false);
        fixed (byte* start = &MemoryMarshal.GetReference(text))
            return (int)SubstringKernels<Unit8, OrdinalFold>.Count(SearchFeatures.Default, start, text.Length, in plan, overlapping: false);
    }

    /// <summary>The lines of <paramref name="text"/> in order.</summary>
    /// <param name="text">The text.</param>
    /// <param name="terminator">What ends a line.</param>
    /// <returns>A value to use in <c>foreach</c>.</returns>
    public static LineEnumerable Enumerate(ReadOnlySpan<byte> text, byte terminator = (byte)'\n') => new(text, terminator);

    /// <summary>Where the line that holds <paramref name="index"/> begins.</summary>
    /// <param name="text">The text.</param>
    /// <param name="index">An index into the text, or its length.</param>
    /// <param name="terminator">What ends a line.</param>
    /// <returns>The index of the first byte of the line.</returns>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="index"/> is outside the text.</exception>
    public static int StartOfLine(ReadOnlySpan<byte> text, int index, byte terminator = (byte)'\n')
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan((uint)index, (uint)text.Length, nameof(index));
        return text[..index].LastIndexOf(terminator) + 1;
    }

    /// <summary>Where the line that holds <paramref name="index"/> ends: the index of its terminator, or the length of the text.</summary>
    /// <param name="text">The text.</param>
    /// <param name="index">An index into the text, or its length.</param>
    /// <param name="terminator">What ends a line.</param>
    /// <returns>The index after the last byte of the line.</returns>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="index"/> is outside the text.</exception>
    public static int EndOfLine(ReadOnlySpan<byte> text, int index, byte terminator = (byte)'\n')
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan((uint)index, (uint)text.Length, nameof(index));
        int end = text[index..].IndexOf(terminator);
        return end < 0 ? text.Length : index + end;
    }
}
