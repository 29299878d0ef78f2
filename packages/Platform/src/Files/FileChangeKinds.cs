namespace Gabbro.Platform.Files;

/// <summary>What happened to a watched file or directory, or to an entry of a watched directory. The bits are those of inotify(7).</summary>
[Flags]
public enum FileChangeKinds : uint
{
    /// <summary>Nothing.</summary>
    None = 0,

    /// <summary>The content was read.</summary>
    Read = 0x1,

    /// <summary>The content was changed, or the length.</summary>
    Modified = 0x2,

    /// <summary>Permissions, owner, times, link count or extended attributes changed.</summary>
    Attributes = 0x4,

    /// <summary>A handle that was open for writing was closed: what it wrote is complete.</summary>
    ClosedWritten = 0x8,

    /// <summary>A handle that was not open for writing was closed.</summary>
    ClosedUnwritten = 0x10,

    /// <summary>The file was opened.</summary>
    Opened = 0x20,

    /// <summary>An entry of the directory got another name; this tells the old one. The same cookie comes with the new one.</summary>
    MovedFrom = 0x40,

    /// <summary>An entry of the directory got this name; the same cookie came with the old one, if that was watched.</summary>
    MovedTo = 0x80,

    /// <summary>An entry of the directory was created.</summary>
    Created = 0x100,

    /// <summary>An entry of the directory was deleted.</summary>
    Deleted = 0x200,

    /// <summary>The watched file or directory itself was deleted.</summary>
    DeletedItself = 0x400,

    /// <summary>The watched file or directory itself got another name.</summary>
    MovedItself = 0x800,

    /// <summary>What tools that reload or synchronise want to hear of: everything but reading, opening and closing unwritten.</summary>
    Changes = Modified | Attributes | ClosedWritten | MovedFrom | MovedTo | Created | Deleted | DeletedItself | MovedItself,

    /// <summary>Told only: the file system of the watched object was unmounted.</summary>
    Unmounted = 0x2000,

    /// <summary>Told only: changes came faster than they were taken and some were lost. Look at everything again.</summary>
    Overflow = 0x4000,

    /// <summary>Told only: the watch ended, because it was removed or its object is gone.</summary>
    WatchEnded = 0x8000,

    /// <summary>Asked only: fail when the path is not a directory.</summary>
    OnlyDirectory = 0x1000000,

    /// <summary>Asked only: watch a symbolic link itself, not what it leads to.</summary>
    NoFollow = 0x2000000,

    /// <summary>Told only: the object is a directory.</summary>
    IsDirectory = 0x40000000,
}
