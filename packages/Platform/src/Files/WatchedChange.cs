namespace Gabbro.Platform.Files;

/// <summary>One change, as <see cref="ChangeWatcher.TryRead"/> tells it. Its name is valid until the next call of the watcher.</summary>
public readonly ref struct WatchedChange
{
    internal WatchedChange(int watch, ChangeKinds kinds, ReadOnlySpan<byte> name, uint cookie, bool isDirectory)
    {
        Watch = watch;
        Kinds = kinds;
        Name = name;
        Cookie = cookie;
        IsDirectory = isDirectory;
    }

    /// <summary>The number that adding the watch gave.</summary>
    public int Watch { get; }

    /// <summary>What happened.</summary>
    public ChangeKinds Kinds { get; }

    /// <summary>The name in the watched directory, or with a watched subtree the path from it, as bytes (WTF-8 on Windows);
    /// empty for the watched object itself, and always on macOS.</summary>
    public ReadOnlySpan<byte> Name { get; }

    /// <summary>The same for both halves of one rename, and zero otherwise.</summary>
    public uint Cookie { get; }

    /// <summary>Whether the system says that the name is a directory. Never said on Windows.</summary>
    public bool IsDirectory { get; }

    /// <summary>The name as text, as <see cref="NativePath"/> decodes it. Allocates.</summary>
    public string GetName() => PathText.ToText(Name);
}
