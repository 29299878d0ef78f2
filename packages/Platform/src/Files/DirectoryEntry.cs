namespace Gabbro.Platform.Files;

/// <summary>One name in a directory. Valid until the reader that gave it steps on.</summary>
public readonly ref struct DirectoryEntry
{
    internal DirectoryEntry(ReadOnlySpan<byte> name, FileType type, ulong fileId)
    {
        Name = name;
        Type = type;
        FileId = fileId;
    }

    /// <summary>The name as raw bytes (WTF-8 on Windows).</summary>
    public ReadOnlySpan<byte> Name { get; }

    /// <summary>What it leads to, without following links; <see cref="FileType.Unknown"/> where the file system does not tell.</summary>
    public FileType Type { get; }

    /// <summary>The file's number on its device (inode number, low 64 bits of the file id on Windows).</summary>
    public ulong FileId { get; }

    /// <summary>The name as text; the only member that allocates.</summary>
    public override string ToString() => PathText.ToText(Name);
}
