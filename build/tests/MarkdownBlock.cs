namespace Gabbro.House.Tests;

/// <summary>A fenced block of a Markdown file.</summary>
internal readonly record struct MarkdownBlock(string Language, string Text, int Line)
{
    public static IEnumerable<MarkdownBlock> In(string markdown)
    {
        var lines = markdown.Split('\n');
        for (var i = 0; i < lines.Length; i++)
        {
            if (!lines[i].StartsWith("```", StringComparison.Ordinal))
                continue;
            var start = i;
            for (i++; lines[i] != "```"; i++)
            {
            }

            yield return new MarkdownBlock(lines[start][3..].Trim(), string.Join('\n', lines[(start + 1)..i]), start + 1);
        }
    }
}
