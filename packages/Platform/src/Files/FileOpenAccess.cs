namespace Gabbro.Platform.Files;

/// <summary>What an opened file may be used for.</summary>
public enum FileOpenAccess : byte
{
    /// <summary>Reading.</summary>
    Read = 0,

    /// <summary>Writing.</summary>
    Write = 1,

    /// <summary>Reading and writing.</summary>
    ReadWrite = 2,

    /// <summary>
    /// Neither: the handle only names the object, for status and relative operations (<c>O_PATH</c>; on Windows a handle
    /// with attribute access; on macOS <c>O_RDONLY</c>, which has no such handle).
    /// </summary>
    PathOnly = 3,
}
