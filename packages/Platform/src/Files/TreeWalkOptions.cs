namespace Gabbro.Platform.Files;

/// <summary>How a <see cref="TreeWalker"/> walks. The default visits everything and follows no links.</summary>
public readonly record struct TreeWalkOptions
{
    /// <summary>Whether to descend into directories that symbolic links lead to. A link to an ancestor is reported as an error entry, once.</summary>
    public bool FollowLinks { get; init; }

    /// <summary>Whether to stay on the file system of the root.</summary>
    public bool SameFileSystem { get; init; }

    /// <summary>Whether directories that cannot be read are left out in silence instead of reported as error entries.</summary>
    public bool IgnoreErrors { get; init; }

    /// <summary>How deep to go: 1 visits the root's own entries only; 0 means no limit.</summary>
    public int MaximumDepth { get; init; }
}
