using Gabbro.Tools.FastSearch.Ignore;
using Gabbro.Tools.FastSearch.Options;

namespace Gabbro.Tools.FastSearch.Walk;

/// <summary>-g, -t and -T: what is taken or left whatever the ignore files say.</summary>
internal sealed class FileFilter
{
    private readonly IgnoreRule[] _globs;
    private readonly bool _hasPositive;
    private readonly Glob[] _types, _typesNot;

    internal FileFilter(SearchOptions options)
    {
        _globs = [.. options.Globs.Select(IgnoreRule.Parse).OfType<IgnoreRule>()];
        _hasPositive = _globs.Any(glob => !glob.IsNegated);
        _types = Expand(options.Types);
        _typesNot = Expand(options.TypesNot);
    }

    /// <summary>Whether the filter wants (true), refuses (false) or does not mind (null) an entry.</summary>
    internal bool? Decide(ReadOnlySpan<byte> path, ReadOnlySpan<byte> name, bool isDirectory)
    {
        for (int i = _globs.Length - 1; i >= 0; i--)
            if (_globs[i].Matches(path, name, isDirectory)) return !_globs[i].IsNegated;
        if (isDirectory) return null;
        if (_hasPositive) return false;
        foreach (Glob glob in _typesNot)
            if (glob.Matches(name)) return false;
        if (_types.Length == 0) return null;
        foreach (Glob glob in _types)
            if (glob.Matches(name)) return null;
        return false;
    }

    private static Glob[] Expand(List<string> names)
    {
        List<Glob> globs = [];
        foreach (string name in names)
        {
            if (name == "all") globs.AddRange(FileTypes.All.Values.SelectMany(patterns => patterns).Select(pattern => new Glob(pattern)));
            else if (FileTypes.All.TryGetValue(name, out string[]? patterns)) globs.AddRange(patterns.Select(pattern => new Glob(pattern)));
            else throw new UsageException($"There is no file type '{name}'; --type-list shows them.");
        }
        return [.. globs];
    }
}
