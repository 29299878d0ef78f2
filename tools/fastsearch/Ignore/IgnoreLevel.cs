using System.Text;
using Gabbro.Platform;
using Gabbro.Platform.Files;

namespace Gabbro.Tools.FastSearch.Ignore;

/// <summary>The ignore files of one directory on top of those of its parents. Immutable, so that jobs can share it.</summary>
internal sealed class IgnoreLevel
{
    private readonly IgnoreLevel? _parent;
    private readonly IgnoreFile? _git, _exclude, _plain;
    private readonly bool _isRepository;

    // How many bytes of a path (below the search root, or the absolute one above it) come before this directory's part.
    private readonly int _prefix;
    private readonly byte[] _above;

    private IgnoreLevel(IgnoreLevel? parent, int prefix, byte[] above, IgnoreFile? git, IgnoreFile? exclude, IgnoreFile? plain, bool isRepository)
    {
        _parent = parent;
        _prefix = prefix;
        _above = above;
        _git = git;
        _exclude = exclude;
        _plain = plain;
        _isRepository = isRepository;
    }

    /// <summary>The levels of all directories above a search root.</summary>
    internal static IgnoreLevel? Above(string root)
    {
        List<DirectoryInfo> parents = [];
        for (DirectoryInfo? directory = new DirectoryInfo(Path.GetFullPath(root)).Parent; directory is not null; directory = directory.Parent)
            parents.Add(directory);
        parents.Reverse();
        IgnoreLevel? level = null;
        string full = Path.TrimEndingDirectorySeparator(Path.GetFullPath(root));
        foreach (DirectoryInfo directory in parents)
        {
            IgnoreFile? git = Load(Path.Combine(directory.FullName, ".gitignore")), plain = Load(Path.Combine(directory.FullName, ".ignore"));
            IgnoreFile? exclude = Load(Path.Combine(directory.FullName, ".git", "info", "exclude"));
            bool repository = Path.Exists(Path.Combine(directory.FullName, ".git"));
            if (git is null && plain is null && exclude is null && !repository) continue;
            byte[] above = Encoding.UTF8.GetBytes(Path.GetRelativePath(directory.FullName, full) + "/");
            level = new IgnoreLevel(level, 0, above, git, exclude, plain, repository);
        }
        return level;
    }

    /// <summary>The level of a directory, given which ignore files it turned out to hold.</summary>
    internal static IgnoreLevel? For(IgnoreLevel? parent, DirectoryHandle directory, int pathLength, bool hasGit, bool hasIgnore, bool isRepository)
    {
        if (!hasGit && !hasIgnore && !isRepository) return parent;
        IgnoreFile? git = hasGit ? Load(directory, ".gitignore"u8) : null, plain = hasIgnore ? Load(directory, ".ignore"u8) : null;
        IgnoreFile? exclude = isRepository ? Load(directory, ".git/info/exclude"u8) : null;
        return new IgnoreLevel(parent, pathLength == 0 ? 0 : pathLength + 1, [], git, exclude, plain, isRepository);
    }

    /// <summary>Whether an entry is to be left out.</summary>
    /// <param name="level">The level of its directory.</param>
    /// <param name="path">Its path from the search root.</param>
    /// <param name="name">Its name.</param>
    /// <param name="isDirectory">Whether it is a directory.</param>
    internal static bool IsIgnored(IgnoreLevel? level, ReadOnlySpan<byte> path, ReadOnlySpan<byte> name, bool isDirectory)
    {
        // .ignore anywhere outranks .gitignore; rules of git count only up to the repository the entry is in.
        bool inRepository = false;
        for (IgnoreLevel? at = level; at is not null && !inRepository; at = at._parent) inRepository = at._isRepository;
        bool? git = null, exclude = null;
        bool gitCounts = inRepository;
        for (IgnoreLevel? at = level; at is not null; at = at._parent)
        {
            if (at._plain is null && (!gitCounts || (at._git is null && at._exclude is null)))
            {
                gitCounts &= !at._isRepository;
                continue;
            }
            ReadOnlySpan<byte> relative = at._above.Length == 0 ? path[at._prefix..] : (byte[])[.. at._above, .. path];
            if (at._plain?.Decide(relative, name, isDirectory) is { } plain) return plain;
            if (gitCounts)
            {
                git ??= at._git?.Decide(relative, name, isDirectory);
                exclude ??= at._exclude?.Decide(relative, name, isDirectory);
                gitCounts = !at._isRepository;
            }
        }
        return git ?? exclude ?? false;
    }

    private static IgnoreFile? Load(string path)
    {
        try
        {
            IgnoreFile file = new(File.ReadLines(path));
            return file.IsEmpty ? null : file;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return null; // No such file, or none that may be read: it has no rules for us.
        }
    }

    private static IgnoreFile? Load(DirectoryHandle directory, ReadOnlySpan<byte> name)
    {
        if (!directory.TryOpenFile(name, FileOpenOptions.Read, out FileHandle? file, out NativeError _)) return null;
        using (file)
        {
            List<byte> bytes = [];
            byte[] buffer = new byte[16 << 10];
            while (file.TryRead(buffer, out int count, out NativeError _) && count > 0) bytes.AddRange(buffer.AsSpan(0, count));
            IgnoreFile rules = new(Encoding.UTF8.GetString([.. bytes]).Split('\n'));
            return rules.IsEmpty ? null : rules;
        }
    }
}
