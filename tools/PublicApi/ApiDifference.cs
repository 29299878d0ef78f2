namespace Gabbro.Tools.PublicApi;

/// <summary>One line of a listing that only one side has, with the type it stands under.</summary>
internal readonly record struct ApiDifference(bool Added, string Owner, string Text, int BaselineLine)
{
    /// <summary>
    /// Compares two listings. Members stand indented under their type, so a line is known by its type and its text;
    /// order within a listing does not matter.
    /// </summary>
    public static List<ApiDifference> Between(IReadOnlyList<string> baseline, IReadOnlyList<string> actual)
    {
        var expected = Entries(baseline).ToList();
        var found = Entries(actual).ToList();
        var expectedKeys = expected.Select(Key).ToHashSet();
        var foundKeys = found.Select(Key).ToHashSet();
        return
        [
            .. expected.Where(e => !foundKeys.Contains(Key(e))).Select(e => new ApiDifference(false, e.Owner, e.Text, e.Line)),
            .. found.Where(e => !expectedKeys.Contains(Key(e))).Select(e => new ApiDifference(true, e.Owner, e.Text, 0)),
        ];

        static (string, string) Key((string Owner, string Text, int Line) entry) => (entry.Owner, entry.Text);
    }

    /// <summary>The difference in the form MSBuild turns into an error at the baseline's line.</summary>
    public string ToBuildError(string baselinePath) => Added
        ? $"{baselinePath} : error GAPI001: public API added, not in the baseline: {Described()} (refresh with -p:UpdatePublicApi=true)"
        : $"{baselinePath}({BaselineLine}): error GAPI002: public API removed or changed: {Described()} (refresh with -p:UpdatePublicApi=true)";

    /// <summary>The differences as a fenced diff, types as its headings.</summary>
    public static IEnumerable<string> ToMarkdown(IReadOnlyList<ApiDifference> differences)
    {
        if (differences.Count == 0)
        {
            yield return "No difference in the public API.";
            yield break;
        }

        yield return "```diff";
        foreach (var group in differences.GroupBy(d => d.Owner))
        {
            if (group.Key.Length > 0)
                yield return "  " + group.Key;
            foreach (var difference in group)
                yield return (difference.Added ? "+ " : "- ") + (group.Key.Length > 0 ? "    " : "") + difference.Text;
        }

        yield return "```";
    }

    private string Described() => Owner.Length == 0 ? Text : $"{TypeName(Owner)}: {Text}";

    /// <summary>The qualified name in a type's heading, without modifiers, bases and constraints.</summary>
    private static string TypeName(string heading)
    {
        var declaration = heading.Split(" : ")[0].Split(" where ")[0];
        return declaration[(declaration.LastIndexOf(' ', declaration.IndexOfAny(['<', '(']) is var i and >= 0 ? i : declaration.Length - 1) + 1)..];
    }

    private static IEnumerable<(string Owner, string Text, int Line)> Entries(IReadOnlyList<string> lines)
    {
        var owner = "";
        for (var i = 0; i < lines.Count; i++)
        {
            if (string.IsNullOrWhiteSpace(lines[i]))
                continue;
            if (char.IsWhiteSpace(lines[i][0]))
            {
                yield return (owner, lines[i].Trim(), i + 1);
            }
            else
            {
                owner = lines[i].Trim();
                yield return ("", owner, i + 1);
            }
        }
    }
}
