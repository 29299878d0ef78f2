namespace Gabbro.Search.Lines;

/// <summary>One line of a text.</summary>
/// <param name="Number">Its number, from 1.</param>
/// <param name="Start">Its first byte.</param>
/// <param name="Length">Its bytes without the terminator. A carriage return before a line feed belongs to the line.</param>
public readonly record struct TextLine(long Number, int Start, int Length);
