using Gabbro.Tools.FastSearch.Options;

namespace Gabbro.Tools.FastSearch.Output;

/// <summary>How lines look, once it is known where they go and how many files there are.</summary>
internal readonly record struct PrintStyle(bool WithFileName, bool LineNumbers, bool Heading, bool Color)
{
    /// <summary>On a terminal: headings, numbers, colours. Into a pipe: names if there can be several, else the bare line.</summary>
    internal static PrintStyle Choose(SearchOptions options, bool severalFiles, bool terminal) => new(
        options.WithFileName ?? severalFiles,
        options.LineNumbers ?? (terminal && severalFiles),
        (options.Heading ?? terminal) && !options.VimGrep,
        options.Color ?? terminal);

    /// <summary>Writes a file name, in its colour if there are colours.</summary>
    internal void Path(OutputBuffer output, ReadOnlySpan<byte> path)
    {
        if (Color) output.Add("\e[0m\e[35m"u8);
        output.Add(path);
        if (Color) output.Add("\e[0m"u8);
    }
}
