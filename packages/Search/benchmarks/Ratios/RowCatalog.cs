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
            ("patterns", () => OtherRows.Patterns(tier, size)), ("caseless", () => OtherRows.Caseless(tier, size)),
            ("utf8", () => OtherRows.Utf8(tier, size)), ("set", () => OtherRows.Sets(tier, size)), ("stream", () => OtherRows.Streams(tier, size)), ("tiers", () => TierRows.All(size)),
        ];
        return catalog.Where(entry => groups.Count == 0 || groups.Contains(entry.Group)).SelectMany(entry => entry.Rows());
    }
}
