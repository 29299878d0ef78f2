namespace Gabbro.Tools.FastSearch.Walk;

/// <summary>A file to be searched.</summary>
/// <param name="Path">As it is printed and opened.</param>
/// <param name="Root">Which path of the command line it was found under.</param>
/// <param name="IsExplicit">Whether it was named on the command line.</param>
internal sealed record FoundFile(byte[] Path, int Root, bool IsExplicit);
