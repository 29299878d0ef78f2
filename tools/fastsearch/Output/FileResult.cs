namespace Gabbro.Tools.FastSearch.Output;

/// <summary>What searching one file came to.</summary>
internal readonly record struct FileResult(long MatchedLines, long Matches, long BytesSearched, long BinaryOffset, bool BinaryStopped, TimeSpan Elapsed);
