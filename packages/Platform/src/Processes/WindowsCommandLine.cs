using System.Buffers;
using System.Text;

namespace Gabbro.Platform.Processes;

/// <summary>
/// Quoting for Windows, where a process gets one line and cuts it up by itself. Ordinary programs follow the rules of the
/// Microsoft C runtime, which <see cref="Quote"/> inverts for any text. Batch files are read by cmd.exe under other rules,
/// where no quoting is safe for all text; they get only arguments that need none.
/// </summary>
internal static class WindowsCommandLine
{
    /// <summary>CreateProcess takes 32,767 characters with the terminator.</summary>
    internal const int MaxLength = 32766;

    private static readonly SearchValues<char> NeedQuotes = SearchValues.Create(" \t\n\v\"");

    private static readonly SearchValues<char> PlainInBatch =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-./\\:+@");

    /// <summary>The command line for a program and its arguments.</summary>
    /// <exception cref="ArgumentException">Too long, a quote in the program's name, or an argument that is not safe for a batch
    /// file.</exception>
    internal static string Build(string program, IEnumerable<string> arguments)
    {
        // The first word is cut by a simpler rule: from quote to quote, with no way to write one.
        if (program.Contains('"')) throw new ArgumentException("The name of a program holds no quote.", nameof(program));
        bool isBatch = IsBatch(program);
        StringBuilder line = new();
        line.Append('"').Append(program).Append('"');
        foreach (string argument in arguments)
        {
            if (isBatch && (argument.Length == 0 || argument.AsSpan().ContainsAnyExcept(PlainInBatch)))
                throw new ArgumentException($"'{argument}' cannot be passed to a batch file: cmd.exe might run part of it.", nameof(arguments));
            line.Append(' ');
            Quote(line, argument);
        }

        if (line.Length > MaxLength) throw new ArgumentException("The command line is longer than Windows takes.", nameof(arguments));
        return line.ToString();
    }

    internal static bool IsBatch(string program)
    {
        // Trailing dots and blanks are dropped by the file system, so "x.bat. ." is a batch file.
        ReadOnlySpan<char> name = program.AsSpan().TrimEnd(". ");
        return name.EndsWith(".bat", StringComparison.OrdinalIgnoreCase) || name.EndsWith(".cmd", StringComparison.OrdinalIgnoreCase);
    }

    /// <summary>Backslashes are doubled where a quote follows, and only there; quotes are escaped by one more.</summary>
    internal static void Quote(StringBuilder line, string argument)
    {
        if (argument.Length > 0 && !argument.AsSpan().ContainsAny(NeedQuotes))
        {
            line.Append(argument);
            return;
        }

        line.Append('"');
        int backslashes = 0;
        foreach (char c in argument)
        {
            if (c == '\\')
            {
                backslashes++;
                continue;
            }

            line.Append('\\', c == '"' ? (2 * backslashes) + 1 : backslashes).Append(c);
            backslashes = 0;
        }

        line.Append('\\', 2 * backslashes).Append('"');
    }
}
