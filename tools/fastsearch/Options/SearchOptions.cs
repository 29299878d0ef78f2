using Gabbro.Search;

namespace Gabbro.Tools.FastSearch.Options;

/// <summary>What the command line asks for.</summary>
internal sealed class SearchOptions
{
    internal List<string> Patterns { get; } = [];

    internal List<string> Paths { get; } = [];

    internal List<string> Globs { get; } = [];

    internal List<string> Types { get; } = [];

    internal List<string> TypesNot { get; } = [];

    internal OutputMode Mode { get; set; }

    internal bool IgnoreCase { get; set; }

    internal bool SmartCase { get; set; }

    internal bool Word { get; set; }

    internal bool WholeLine { get; set; }

    internal bool Invert { get; set; }

    internal bool? LineNumbers { get; set; }

    internal bool? WithFileName { get; set; }

    internal bool? Heading { get; set; }

    internal bool? Color { get; set; }

    internal bool Column { get; set; }

    internal bool VimGrep { get; set; }

    internal int After { get; set; }

    internal int Before { get; set; }

    internal long? MaxCount { get; set; }

    internal bool OnlyMatching { get; set; }

    internal bool ByteOffset { get; set; }

    internal bool Text { get; set; }

    internal bool NullAfterPath { get; set; }

    internal bool Stats { get; set; }

    internal bool SortPath { get; set; }

    internal long? MaxFileSize { get; set; }

    internal int? MaxDepth { get; set; }

    internal bool Follow { get; set; }

    internal bool Hidden { get; set; }

    internal bool NoIgnore { get; set; }

    internal bool Binary { get; set; }

    internal bool NoMessages { get; set; }

    internal string Encoding { get; set; } = "auto";

    internal int Threads { get; set; }

    internal bool MayMap { get; set; } = true;

    internal SearchTier Tier { get; set; }

    internal bool Help { get; set; }

    internal bool Version { get; set; }

    internal bool TypeList { get; set; }

    internal bool HasContext => After > 0 || Before > 0;
}
