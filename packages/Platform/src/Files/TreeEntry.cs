using System.Diagnostics.CodeAnalysis;

namespace Gabbro.Platform.Files;

/// <summary>What a <see cref="TreeWalker"/> stands on. Valid until it moves on.</summary>
public readonly ref struct TreeEntry
{
    private readonly TreeWalker _walker;

    internal TreeEntry(TreeWalker walker, ReadOnlySpan<byte> name, FileType type, ulong fileId, int depth, NativeError error)
    {
        _walker = walker;
        Name = name;
        Type = type;
        FileId = fileId;
        Depth = depth;
        Error = error;
    }

    /// <summary>The name in its directory, as raw bytes (WTF-8 on Windows).</summary>
    public ReadOnlySpan<byte> Name { get; }

    /// <summary>The path from the root, with <c>/</c> between names. Put together when asked for; allocates nothing.</summary>
    public ReadOnlySpan<byte> Path => _walker.CurrentPath();

    /// <summary>What it is, without following links. Never <see cref="FileType.Unknown"/> unless it has just vanished.</summary>
    public FileType Type { get; }

    /// <summary>The file's number on its device.</summary>
    public ulong FileId { get; }

    /// <summary>How deep it lies: 1 for the root's own entries.</summary>
    public int Depth { get; }

    /// <summary>
    /// For an error entry, why the directory could not be read. Such an entry comes in addition to the ordinary one of
    /// the directory, later; for the root its name is empty.
    /// </summary>
    public NativeError Error { get; }

    /// <summary>Status of the entry, found through its directory, without going over the path.</summary>
    /// <param name="status">The status.</param>
    /// <param name="followLink">Whether a symbolic link stands for its target.</param>
    /// <returns>Success, or why it failed.</returns>
    public NativeError TryGetStatus(out FileStatus status, bool followLink = false) =>
        _walker.StatusOfCurrent(followLink, out status);

    /// <summary>Opens the entry as a file, found through its directory. Does not follow a symbolic link.</summary>
    /// <param name="options">How to open it.</param>
    /// <param name="file">The open file.</param>
    /// <param name="error">Why it could not be opened.</param>
    /// <returns>Whether it was opened.</returns>
    /// <exception cref="ArgumentException">The options contradict each other.</exception>
    public bool TryOpen(FileOpenOptions options, [NotNullWhen(true)] out FileHandle? file, out NativeError error) =>
        _walker.OpenCurrent(options, out file, out error);

    /// <summary>
    /// Opens the entry as a directory: hand it to another thread, which walks it with a walker of its own, and call
    /// <see cref="TreeWalker.SkipDirectory"/> here.
    /// </summary>
    /// <param name="directory">The open directory.</param>
    /// <param name="error">Why it could not be opened.</param>
    /// <returns>Whether it was opened.</returns>
    public bool TryOpenDirectory([NotNullWhen(true)] out DirectoryHandle? directory, out NativeError error) =>
        _walker.OpenCurrentDirectory(out directory, out error);

    /// <summary>The path as text; allocates.</summary>
    public override string ToString() => PathText.ToText(Path);
}
