namespace Gabbro.Tools.FastSearch.Options;

/// <summary>What is printed for a file.</summary>
internal enum OutputMode
{
    Lines,
    Count,
    CountMatches,
    FilesWithMatches,
    FilesWithoutMatch,
    ListFiles,
    Quiet,
    Json,
}
