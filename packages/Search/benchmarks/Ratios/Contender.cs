namespace Gabbro.Search.Benchmarks.Ratios;

/// <summary>One way to do the work of a row.</summary>
/// <param name="Name">Who.</param>
/// <param name="Run">Does the work once and returns a value that all contenders must agree on.</param>
internal sealed record Contender(string Name, Func<long> Run);
