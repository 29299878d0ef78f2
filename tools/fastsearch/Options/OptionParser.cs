using System.Globalization;
using Gabbro.Platform.Files;
using Gabbro.Search;

namespace Gabbro.Tools.FastSearch.Options;

/// <summary>
/// Reads ripgrep's command line. Written out rather than left to a library because start-up is a good part of
/// a run that takes milliseconds: a general parsing library would be compiled at every start.
/// </summary>
internal static class OptionParser
{
    private static readonly Dictionary<char, string> Short = new()
    {
        ['i'] = "ignore-case",
        ['S'] = "smart-case",
        ['s'] = "case-sensitive",
        ['w'] = "word-regexp",
        ['x'] = "line-regexp",
        ['v'] = "invert-match",
        ['c'] = "count",
        ['l'] = "files-with-matches",
        ['n'] = "line-number",
        ['N'] = "no-line-number",
        ['H'] = "with-filename",
        ['I'] = "no-filename",
        ['A'] = "after-context",
        ['B'] = "before-context",
        ['C'] = "context",
        ['m'] = "max-count",
        ['o'] = "only-matching",
        ['b'] = "byte-offset",
        ['a'] = "text",
        ['q'] = "quiet",
        ['0'] = "null",
        ['e'] = "regexp",
        ['f'] = "file",
        ['L'] = "follow",
        ['F'] = "fixed-strings",
        ['g'] = "glob",
        ['t'] = "type",
        ['T'] = "type-not",
        ['u'] = "unrestricted",
        ['j'] = "threads",
        ['h'] = "help",
        ['V'] = "version",
        ['p'] = "pretty",
        ['.'] = "hidden",
        ['E'] = "encoding",
        ['d'] = "max-depth",
    };

    private static readonly HashSet<string> TakesValue =
    [
        "after-context", "before-context", "context", "max-count", "regexp", "file", "glob", "type", "type-not", "threads",
        "encoding", "max-filesize", "max-depth", "sort", "color", "tier",
    ];

    internal static SearchOptions Parse(string[] arguments)
    {
        SearchOptions options = new();
        List<string> positional = [];
        bool patternsGiven = false;
        for (int i = 0; i < arguments.Length; i++)
        {
            string argument = arguments[i];
            if (argument == "--")
            {
                positional.AddRange(arguments[(i + 1)..]);
                break;
            }
            if (argument.StartsWith("--", StringComparison.Ordinal))
            {
                int equals = argument.IndexOf('=', StringComparison.Ordinal);
                string name = equals < 0 ? argument[2..] : argument[2..equals];
                string? value = equals < 0 ? null : argument[(equals + 1)..];
                if (TakesValue.Contains(name)) value ??= Next(arguments, ref i, "--" + name);
                else if (value is not null) throw new UsageException($"The option --{name} takes no value.");
                Apply(options, name, value, ref patternsGiven);
                continue;
            }
            if (argument.Length < 2 || argument[0] != '-')
            {
                positional.Add(argument);
                continue;
            }
            for (int k = 1; k < argument.Length; k++)
            {
                if (!Short.TryGetValue(argument[k], out string? name)) throw new UsageException($"There is no option -{argument[k]}.");
                if (!TakesValue.Contains(name))
                {
                    Apply(options, name, null, ref patternsGiven);
                    continue;
                }
                string value = k + 1 < argument.Length ? argument[(k + 1)..].TrimStart('=') : Next(arguments, ref i, "-" + argument[k]);
                Apply(options, name, value, ref patternsGiven);
                break;
            }
        }
        if (options.Help || options.Version || options.TypeList) return options;
        if (!patternsGiven && options.Mode != OutputMode.ListFiles)
        {
            if (positional.Count == 0) throw new UsageException("A pattern is missing.");
            AddPatterns(options, positional[0]);
            positional.RemoveAt(0);
        }
        options.Paths.AddRange(positional);
        return options;
    }

    private static string Next(string[] arguments, ref int i, string option) =>
        i + 1 < arguments.Length ? arguments[++i] : throw new UsageException($"The option {option} needs a value.");

    // Lines are searched one at a time, so such a pattern could never match: better said than not found.
    private static void AddPatterns(SearchOptions options, string pattern)
    {
        if (pattern.Contains('\n', StringComparison.Ordinal))
            throw new UsageException("A pattern holds a line break; lines are searched one at a time. Give each line with -e, or all in a file with -f.");
        options.Patterns.Add(pattern);
    }

    private static void Apply(SearchOptions options, string name, string? value, ref bool patternsGiven)
    {
        switch (name)
        {
            case "ignore-case": (options.IgnoreCase, options.SmartCase) = (true, false); break;
            case "case-sensitive": (options.IgnoreCase, options.SmartCase) = (false, false); break;
            case "smart-case": (options.IgnoreCase, options.SmartCase) = (false, true); break;
            case "word-regexp": (options.Word, options.WholeLine) = (true, false); break;
            case "line-regexp": (options.Word, options.WholeLine) = (false, true); break;
            case "invert-match": options.Invert = true; break;
            case "no-invert-match": options.Invert = false; break;
            case "fixed-strings": break;
            case "count": options.Mode = OutputMode.Count; break;
            case "count-matches": options.Mode = OutputMode.CountMatches; break;
            case "files-with-matches": options.Mode = OutputMode.FilesWithMatches; break;
            case "files-without-match": options.Mode = OutputMode.FilesWithoutMatch; break;
            case "files": options.Mode = OutputMode.ListFiles; break;
            case "quiet": options.Mode = OutputMode.Quiet; break;
            case "json": options.Mode = OutputMode.Json; break;
            case "line-number": options.LineNumbers = true; break;
            case "no-line-number": options.LineNumbers = false; break;
            case "with-filename": options.WithFileName = true; break;
            case "no-filename": options.WithFileName = false; break;
            case "heading": options.Heading = true; break;
            case "no-heading": options.Heading = false; break;
            case "pretty": (options.Heading, options.LineNumbers, options.Color) = (true, true, true); break;
            case "column": (options.Column, options.LineNumbers) = (true, options.LineNumbers ?? true); break;
            case "vimgrep": (options.VimGrep, options.Column, options.LineNumbers, options.WithFileName, options.Heading) = (true, true, true, true, false); break;
            case "after-context": options.After = Number(name, value!); break;
            case "before-context": options.Before = Number(name, value!); break;
            case "context": options.After = options.Before = Number(name, value!); break;
            case "max-count": options.MaxCount = Number(name, value!); break;
            case "only-matching": options.OnlyMatching = true; break;
            case "byte-offset": options.ByteOffset = true; break;
            case "text": options.Text = true; break;
            case "binary": options.Binary = true; break;
            case "no-binary": options.Binary = false; break;
            case "no-text": options.Text = false; break;
            case "null": options.NullAfterPath = true; break;
            case "stats": options.Stats = true; break;
            case "no-messages": options.NoMessages = true; break;
            case "follow": options.Follow = true; break;
            case "hidden": options.Hidden = true; break;
            case "no-hidden": options.Hidden = false; break;
            case "no-ignore": options.NoIgnore = true; break;
            case "ignore": options.NoIgnore = false; break;
            // Files are read, never mapped: touching a mapping of a file that shrinks would kill the process.
            case "mmap" or "no-mmap": options.MayMap = name == "mmap"; break;
            case "no-config": break;
            case "unrestricted":
                if (!options.NoIgnore) options.NoIgnore = true;
                else if (!options.Hidden) options.Hidden = true;
                else options.Binary = true;
                break;
            case "regexp":
                patternsGiven = true;
                AddPatterns(options, value!);
                break;
            case "file":
                patternsGiven = true;
                ReadPatterns(options, value!);
                break;
            case "glob": options.Globs.Add(value!); break;
            case "type": options.Types.Add(value!); break;
            case "type-not": options.TypesNot.Add(value!); break;
            case "type-list": options.TypeList = true; break;
            case "threads": options.Threads = Number(name, value!); break;
            case "encoding": options.Encoding = value!; break;
            case "max-depth": options.MaxDepth = Number(name, value!); break;
            case "max-filesize": options.MaxFileSize = Size(value!); break;
            case "sort":
                options.SortPath = value switch
                {
                    "path" => true,
                    "none" => false,
                    _ => throw new UsageException($"Sorting is by path or none, not '{value}'."),
                };
                break;
            case "color":
                options.Color = value switch
                {
                    "always" or "ansi" => true,
                    "never" => false,
                    "auto" => null,
                    _ => throw new UsageException($"Colour is always, never or auto, not '{value}'."),
                };
                break;
            case "tier":
                if (!Enum.TryParse(value, ignoreCase: true, out SearchTier tier) || !Enum.IsDefined(tier))
                    throw new UsageException($"There is no tier '{value}'; there are auto, scalar, vector128, avx2 and avx512.");
                if (!SearchFeatures.IsSupported(tier)) throw new UsageException($"This processor cannot run the tier {value}.");
                options.Tier = tier;
                break;
            case "help": options.Help = true; break;
            case "version": options.Version = true; break;
            default: throw new UsageException($"There is no option --{name}.");
        }
    }

    private static void ReadPatterns(SearchOptions options, string path)
    {
        if (path == "-")
        {
            options.Patterns.AddRange(ReadLines(Console.In));
            return;
        }
        using FileHandle file = FileHandle.Open(path, FileOpenOptions.Read);
        using MemoryStream text = new();
        byte[] buffer = new byte[65536];
        for (int count; (count = file.Read(buffer)) > 0;) text.Write(buffer, 0, count);
        text.Position = 0;
        using StreamReader reader = new(text);
        options.Patterns.AddRange(ReadLines(reader));
    }

    private static string[] ReadLines(TextReader reader)
    {
        List<string> lines = [];
        while (reader.ReadLine() is { } line) lines.Add(line);
        return [.. lines];
    }

    private static int Number(string name, string value) =>
        int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out int number)
            ? number : throw new UsageException($"The option --{name} needs a number, not '{value}'.");

    private static long Size(string value)
    {
        int shift = value.Length == 0 ? 0 : char.ToUpperInvariant(value[^1]) switch { 'K' => 10, 'M' => 20, 'G' => 30, _ => 0 };
        string digits = shift == 0 ? value : value[..^1];
        return long.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out long number)
            ? number << shift : throw new UsageException($"'{value}' is no file size; write bytes, or a number with K, M or G.");
    }
}
