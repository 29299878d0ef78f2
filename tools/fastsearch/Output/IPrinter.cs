namespace Gabbro.Tools.FastSearch.Output;

/// <summary>Writes what a search of one file meets, in order, into a buffer.</summary>
internal interface IPrinter
{
    void Begin(ReadOnlySpan<byte> path);

    /// <summary>A line that counts. Returns the number of matches in it.</summary>
    /// <param name="line">The line without its terminator.</param>
    /// <param name="terminated">Whether it had one.</param>
    /// <param name="number">Its number from 1, or 0 if nobody asked.</param>
    /// <param name="offset">Its first byte in the file.</param>
    int Match(ReadOnlySpan<byte> line, bool terminated, long number, long offset);

    void Context(ReadOnlySpan<byte> line, bool terminated, long number, long offset);

    /// <summary>Lines were left out between what came and what comes.</summary>
    void Gap();

    void End(FileResult result);
}
