namespace Gabbro.Platform.Files;

/// <summary>What can happen to a watched file or directory; see <see cref="ChangeWatcher"/> for what each system tells.</summary>
[Flags]
public enum ChangeKinds
{
    /// <summary>Nothing.</summary>
    None = 0,

    /// <summary>A name appeared in the directory.</summary>
    Created = 1 << 0,

    /// <summary>A name went from the directory.</summary>
    Deleted = 1 << 1,

    /// <summary>Contents changed: of the named file, or, without a name, of the watched object.</summary>
    Modified = 1 << 2,

    /// <summary>Permissions, owner, times or other attributes changed.</summary>
    Attributes = 1 << 3,

    /// <summary>A name of the directory was given up by a rename; <see cref="WatchedChange.Cookie"/> leads to the new one.</summary>
    RenamedFrom = 1 << 4,

    /// <summary>A rename gave the directory this name.</summary>
    RenamedTo = 1 << 5,

    /// <summary>A file that was open for writing was closed. Linux only.</summary>
    WriterClosed = 1 << 6,

    /// <summary>All of the above, as far as the system tells them: what is asked for unless said otherwise.</summary>
    All = Created | Deleted | Modified | Attributes | RenamedFrom | RenamedTo | WriterClosed,

    /// <summary>The watched object itself was deleted, moved, or its file system unmounted. Told without being asked for.</summary>
    Gone = 1 << 16,

    /// <summary>Changes were lost, because they came faster than they were read: look at everything again. Told without being
    /// asked for; on Linux it concerns all watches and its watch number is -1.</summary>
    Overflow = 1 << 17,
}
