namespace Gabbro.Platform.Files;

/// <summary>How to open a file. The default value opens an existing file for reading.</summary>
public readonly record struct FileOpenOptions
{
    /// <summary>What the handle may be used for.</summary>
    public FileOpenAccess Access { get; init; }

    /// <summary>What to do when the file exists, and when it does not.</summary>
    public FileCreation Creation { get; init; }

    /// <summary>Further flags.</summary>
    public FileOpenFlags Flags { get; init; }

    /// <summary>
    /// Permission bits of a file that gets created, before the process's umask; null for 0666. On Windows a value
    /// without any write bit creates a read-only file.
    /// </summary>
    public UnixFileMode? Permissions { get; init; }

    /// <summary>Opens an existing file for reading.</summary>
    public static FileOpenOptions Read => default;

    /// <summary>Opens an existing file for reading and writing.</summary>
    public static FileOpenOptions ReadWrite => new() { Access = FileOpenAccess.ReadWrite };

    /// <summary>Opens for reading and writing, creating the file when there is none.</summary>
    public static FileOpenOptions OpenOrCreate =>
        new() { Access = FileOpenAccess.ReadWrite, Creation = FileCreation.OpenOrCreate };

    /// <summary>Creates a file that must not exist, for reading and writing.</summary>
    public static FileOpenOptions CreateNew =>
        new() { Access = FileOpenAccess.ReadWrite, Creation = FileCreation.CreateNew };

    /// <summary>Creates a file or empties the one that exists, for reading and writing.</summary>
    public static FileOpenOptions CreateOrTruncate =>
        new() { Access = FileOpenAccess.ReadWrite, Creation = FileCreation.CreateOrTruncate };

    /// <summary>Throws for values and combinations no system accepts, before anything is touched.</summary>
    /// <exception cref="ArgumentException">An undefined value, or options that contradict each other.</exception>
    internal void Validate()
    {
        if (Access > FileOpenAccess.PathOnly || Creation > FileCreation.Unnamed
            || ((int)Flags & ~((1 << 13) - 1)) != 0
            || (Permissions is { } mode && ((int)mode & ~0xFFF) != 0))
        {
            throw new ArgumentException("The options hold an undefined value.", "options");
        }
        bool writes = Access is FileOpenAccess.Write or FileOpenAccess.ReadWrite;
        bool needsWrite = Creation is FileCreation.TruncateExisting or FileCreation.CreateOrTruncate or FileCreation.Unnamed;
        if (needsWrite && !writes)
            throw new ArgumentException($"{Creation} needs write access.", "options");
        if (!writes && (Flags & FileOpenFlags.Append) != 0)
            throw new ArgumentException("Append needs write access.", "options");
        if (Access == FileOpenAccess.PathOnly && Creation != FileCreation.OpenExisting)
            throw new ArgumentException("A path-only handle creates nothing.", "options");
    }
}
