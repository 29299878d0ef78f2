namespace Gabbro.Storage;

/// <summary>The class of a storage failure: what a program decides on, where the message is for people.</summary>
public enum StorageErrorKind
{
    /// <summary>The system reported a failure of the medium or of the file system.</summary>
    Io,

    /// <summary>Stored bytes are not what was written.</summary>
    Corruption,

    /// <summary>The file system, a quota or a limit has no room left.</summary>
    NoSpace,

    /// <summary>Another process, handle or transaction holds what is needed.</summary>
    Busy,

    /// <summary>A transaction or a conditional write found that its premise no longer holds.</summary>
    Conflict,

    /// <summary>A cycle of waiting transactions was found; this one was chosen to give way.</summary>
    Deadlock,

    /// <summary>The store, its medium or its directory cannot be written.</summary>
    ReadOnly,

    /// <summary>The file or directory is not there.</summary>
    NotFound,

    /// <summary>Something of that name is there already.</summary>
    AlreadyExists,

    /// <summary>The format is newer than this library, or the system lacks what is asked for.</summary>
    NotSupported,

    /// <summary>An earlier failure left the store unable to promise anything more; reopen it.</summary>
    Poisoned,
}
