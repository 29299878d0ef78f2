namespace Gabbro.Tools.Tour;

/// <summary>What the steps share: where they work, how much they do, and what earlier steps found.</summary>
internal sealed class TourContext(string folder, bool quick)
{
    /// <summary>An empty folder of the tour's own.</summary>
    public string Folder { get; } = folder;

    /// <summary>Whether to do the short form.</summary>
    public bool Quick { get; } = quick;

    /// <summary>The real tree the tour looks at: the SDK's own files.</summary>
    public string Tree { get; } = Path.GetFullPath(Path.Combine(AppContext.GetData("FX_DEPS_FILE") is string deps ? Path.GetDirectoryName(deps)! : AppContext.BaseDirectory, "..", "..", ".."));

    /// <summary>The files the walk found, as (path, length in bytes).</summary>
    public List<(string Path, long Length)> Files { get; } = [];
}
