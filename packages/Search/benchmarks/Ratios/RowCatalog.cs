namespace Gabbro.Search.Benchmarks.Ratios;

/// <summary>All rows by group.</summary>
internal static class RowCatalog
{
    internal static IEnumerable<Row> All(SearchTier tier, int size, IReadOnlyCollection<string> groups)
    {
        (string Group, Func<IEnumerable<Row>> Rows)[] catalog =
        [
            ("rare", () => SubstringRows.Rare(tier, size)), ("common", () => SubstringRows.Common(tier, size)),
            ("reverse", () => SubstringRows.Reverse(tier, size)), ("dna", () => SubstringRows.Dna(tier, size)),
            ("pathological", () => SubstringRows.Pathological(tier, size)), ("short", () => SubstringRows.Short(tier)),
        ];
        return catalog.Where(entry => groups.Count == 0 || groups.Contains(entry.Group)).SelectMany(entry => entry.Rows());
    }
}
