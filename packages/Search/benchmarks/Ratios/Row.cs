namespace Gabbro.Search.Benchmarks.Ratios;

/// <summary>One comparison: the same work by Gabbro (first) and by peers.</summary>
/// <param name="Group">What the row belongs to, for example <c>rare</c>.</param>
/// <param name="Name">The corpus and needle.</param>
/// <param name="Bytes">What one run reads.</param>
/// <param name="Goal">The ratio this project holds itself to against <paramref name="Against"/>; 0 for none.</param>
/// <param name="Against">The peer the goal is about, or "best" for the fastest of all.</param>
/// <param name="Contenders">Gabbro first.</param>
internal sealed record Row(string Group, string Name, long Bytes, double Goal, string Against, Contender[] Contenders);
