using System.Text;

namespace Gabbro.Search.Benchmarks.Ratios;

/// <summary>Results as a Markdown table.</summary>
internal static class RatioReport
{
    internal static string Markdown(IEnumerable<RowResult> results)
    {
        StringBuilder text = new();
        foreach (IGrouping<string, RowResult> group in results.GroupBy(r => r.Row.Group))
        {
            text.AppendLine($"### {group.Key}").AppendLine();
            text.AppendLine("| row | ratio | held to | GB/s of each |").AppendLine("| --- | ---: | --- | --- |");
            foreach (RowResult result in group)
            {
                string rates = string.Join(", ", result.Row.Contenders.Select((c, i) => $"{c.Name} {result.Rate(i):0.00}"));
                string goal = result.Row.Goal > 0 ? $"{result.Row.Goal:0.##} of {result.Row.Against}" : "";
                text.AppendLine($"| `{result.Row.Name.Trim()}` | {result.Ratio:0.00} | {goal} | {rates} |");
            }
            text.AppendLine();
        }
        return text.ToString();
    }
}
