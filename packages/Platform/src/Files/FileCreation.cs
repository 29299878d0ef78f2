namespace Gabbro.Platform.Files;

/// <summary>What opening does when the file exists, and when it does not.</summary>
public enum FileCreation : byte
{
    /// <summary>Open the file; fail with <see cref="ErrorKind.NotFound"/> when there is none.</summary>
    OpenExisting = 0,

    /// <summary>Open the file, creating it empty when there is none.</summary>
    OpenOrCreate = 1,

    /// <summary>Create the file; fail with <see cref="ErrorKind.AlreadyExists"/> when there is one (a symbolic link counts).</summary>
    CreateNew = 2,

    /// <summary>Create the file, or empty the one that exists.</summary>
    CreateOrTruncate = 3,

    /// <summary>Empty the file; fail with <see cref="ErrorKind.NotFound"/> when there is none. Needs write access.</summary>
    TruncateExisting = 4,

    /// <summary>
    /// Create a file without a name in the directory the path names. It vanishes with its last handle unless it is given
    /// a name with <see cref="FileHandle.LinkTo(ReadOnlySpan{byte})"/>. Linux (<c>O_TMPFILE</c>) only; elsewhere
    /// <see cref="ErrorKind.NotSupported"/>. Needs write access.
    /// </summary>
    Unnamed = 5,
}
