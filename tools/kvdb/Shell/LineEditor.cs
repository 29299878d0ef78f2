using System.Text;

namespace Gabbro.Tools.Kvdb.Shell;

/// <summary>A line of input on a terminal, with history (up, down) and completion of commands (tab).</summary>
internal sealed class LineEditor(IReadOnlyList<string> words)
{
    private readonly List<string> _history = [];

    /// <summary>The line, or null at the end of the input.</summary>
    public string? ReadLine(string prompt)
    {
        Console.Write(prompt);
        var line = new StringBuilder();
        var cursor = 0;
        var position = _history.Count;
        while (true)
        {
            var key = Console.ReadKey(intercept: true);
            switch (key.Key)
            {
                case ConsoleKey.Enter:
                    Console.WriteLine();
                    if (line.Length > 0)
                        _history.Add(line.ToString());
                    return line.ToString();
                case ConsoleKey.D when key.Modifiers == ConsoleModifiers.Control && line.Length == 0:
                    Console.WriteLine();
                    return null;
                case ConsoleKey.Backspace when cursor > 0:
                    line.Remove(--cursor, 1);
                    break;
                case ConsoleKey.Delete when cursor < line.Length:
                    line.Remove(cursor, 1);
                    break;
                case ConsoleKey.LeftArrow when cursor > 0:
                    cursor--;
                    break;
                case ConsoleKey.RightArrow when cursor < line.Length:
                    cursor++;
                    break;
                case ConsoleKey.Home:
                    cursor = 0;
                    break;
                case ConsoleKey.End:
                    cursor = line.Length;
                    break;
                case ConsoleKey.UpArrow when position > 0:
                    Recall(line, --position, out cursor);
                    break;
                case ConsoleKey.DownArrow when position < _history.Count:
                    Recall(line, ++position, out cursor);
                    break;
                case ConsoleKey.Tab:
                    Complete(line, ref cursor);
                    break;
                default:
                    if (!char.IsControl(key.KeyChar))
                        line.Insert(cursor++, key.KeyChar);
                    break;
            }

            Redraw(prompt, line, cursor);
        }
    }

    private static void Redraw(string prompt, StringBuilder line, int cursor)
    {
        Console.Write($"\r\x1b[K{prompt}{line}");
        if (cursor < line.Length)
            Console.Write($"\x1b[{line.Length - cursor}D");
    }

    private void Recall(StringBuilder line, int position, out int cursor)
    {
        line.Clear();
        if (position < _history.Count)
            line.Append(_history[position]);
        cursor = line.Length;
    }

    private void Complete(StringBuilder line, ref int cursor)
    {
        var typed = line.ToString();
        var fits = words.Where(w => w.StartsWith(typed, StringComparison.Ordinal)).ToArray();
        if (fits.Length == 1)
        {
            line.Clear().Append(fits[0]).Append(' ');
            cursor = line.Length;
        }
        else if (fits.Length > 1)
        {
            Console.WriteLine();
            Console.WriteLine(string.Join("  ", fits));
        }
    }
}
