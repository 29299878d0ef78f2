namespace Gabbro.Platform.Files;

/// <summary>One change that a <see cref="FileChangeQueue"/> told. The name lies in the bytes it was parsed from.</summary>
public readonly ref struct FileChange
{
    internal FileChange(int watch, FileChangeKinds kinds, uint cookie, ReadOnlySpan<byte> name)
    {
        Watch = watch;
        Kinds = kinds;
        Cookie = cookie;
        Name = name;
    }

    /// <summary>The watch it concerns; -1 for <see cref="FileChangeKinds.Overflow"/>.</summary>
    public int Watch { get; }

    /// <summary>What happened.</summary>
    public FileChangeKinds Kinds { get; }

    /// <summary>The same for the two halves of a rename; otherwise 0.</summary>
    public uint Cookie { get; }

    /// <summary>The entry of the watched directory, as the bytes the file system has; empty when the watched object itself is meant.</summary>
    public ReadOnlySpan<byte> Name { get; }
}
